package io.hawser.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are started with the same command each time, and are what they were when they ended. */
final class RedisGroupTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MASTER = "theirs";

    @TempDir
    Path home;

    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void endAll() throws InterruptedException {
        for (Server server : servers) {
            server.kill();
        }
    }

    @Test
    void sentinelsPromoteTheReplicaAndEveryStartLeavesItSo() throws Exception {
        Server first = started(RedisGroup::master);
        Server second = started((directory, port) -> RedisGroup.replica(directory, port, first.port));
        for (int number = 1; number <= 3; number++) {
            started((directory, port) -> RedisGroup.sentinel(directory, port, MASTER, first.port));
        }
        second.awaitInfo("master_link_status:up");
        List<Server> sentinels = servers.subList(2, 5);
        for (Server sentinel : sentinels) {
            sentinel.awaitInfo("address=127.0.0.1:%d,slaves=1,sentinels=3".formatted(first.port));
        }

        first.kill();
        second.awaitInfo("role:master");
        for (Server sentinel : sentinels) {
            sentinel.awaitInfo("address=127.0.0.1:%d,slaves=1,sentinels=3".formatted(second.port));
        }

        for (Server server : servers.subList(1, 5)) {
            server.kill();
            server.startAgain();
        }
        sentinels.getFirst().awaitInfo("address=127.0.0.1:%d,slaves=1,sentinels=3".formatted(second.port));
        second.awaitInfo("role:master");
    }

    @Test
    void nodesAreAClusterFromTheirFirstStartOn() throws Exception {
        List<Integer> ports = Ports.free(6, RedisGroup.BUS, Set.of());
        for (int port : ports) {
            started(port, (directory, own) -> RedisGroup.node(directory, own, ports));
        }
        for (Server node : servers) {
            node.await(RedisCommands::clusterInfo, "cluster_state:ok");
        }
        for (Server replica : servers.subList(RedisGroup.MASTERS, 6)) {
            replica.awaitInfo("master_link_status:up");
        }
        assertThat(servers.getFirst().<String>ask(RedisCommands::clusterInfo))
                .contains("cluster_slots_assigned:16384", "cluster_known_nodes:6", "cluster_size:3");
        // Who was started long before another one suspects it until it has heard of it.
        Awaitility.await("no node is suspected")
                .atMost(PATIENCE)
                .until(() -> !servers.getFirst()
                        .<String>ask(RedisCommands::clusterNodes)
                        .contains("fail"));
    }

    /** A server's program, by its directory and its port. */
    private interface Programs {
        StoreProgram of(Path directory, int port);
    }

    private Server started(Programs programs) throws IOException {
        return started(Ports.free(1).getFirst(), programs);
    }

    private Server started(int port, Programs programs) throws IOException {
        Server server = new Server(port, programs);
        servers.add(server);
        return server;
    }

    private final class Server {
        private final int port;
        private final Programs programs;
        private Process process;

        Server(int port, Programs programs) throws IOException {
            this.port = port;
            this.programs = programs;
            this.process = launched();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        void startAgain() throws IOException {
            process = launched();
        }

        void awaitInfo(String line) {
            await(RedisCommands::info, line);
        }

        void await(Function<RedisCommands<String, String>, String> question, String said) {
            Awaitility.await(port + ": " + said)
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> ask(question).contains(said));
        }

        <T> T ask(Function<RedisCommands<String, String>, T> question) {
            try (RedisClient client = RedisClient.create("redis://" + Ports.HOST + ":" + port);
                    var connection = client.connect()) {
                return question.apply(connection.sync());
            }
        }

        private Process launched() throws IOException {
            String name = Integer.toString(port);
            return new ProcessBuilder(programs.of(home.resolve(name), port).command())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve(name + ".log").toFile())
                    .start();
        }
    }
}
