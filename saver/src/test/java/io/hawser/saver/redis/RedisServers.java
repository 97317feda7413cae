package io.hawser.saver.redis;

import static org.awaitility.Awaitility.await;

import io.hawser.stores.EmbeddedRedis;
import io.hawser.stores.Ports;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Redis processes of a test's own: servers with replicas, sentinels, nodes of a cluster. */
public final class RedisServers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** More than 8,192 blocks, whether these are of 512 bytes or 1,024. */
    private static final int SMALL_DISK_BYTES = 16 << 20;

    private final Path home;
    private final List<Server> servers = new ArrayList<>();

    /** @param home where their directories are */
    public RedisServers(Path home) {
        this.home = home;
    }

    /** One process, that can be ended and started again with what it had stored. */
    public final class Server {
        private final List<String> command;
        private final int port;
        private Process process;

        private Server(List<String> command, int port) throws IOException {
            this.command = command;
            this.port = port;
            this.process = launch();
        }

        public int port() {
            return port;
        }

        public String address() {
            return Ports.HOST + ":" + port;
        }

        public void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        public void startAgain() throws IOException {
            process = launch();
            awaitAnswer();
        }

        /** SIGSTOP: it takes bytes and answers nothing. */
        public void pause() throws Exception {
            signal("STOP");
        }

        public void resume() throws Exception {
            signal("CONT");
        }

        public <R> R ask(Function<RedisCommands<String, String>, R> question) {
            try (RedisClient client = RedisClient.create("redis://" + address());
                    var connection = client.connect()) {
                return question.apply(connection.sync());
            }
        }

        /** As where it cannot write its files; until it shall not save any more. */
        public void refuseWrites() throws IOException {
            Path gone = Files.createDirectory(home.resolve(port + "-gone"));
            ask(commands -> commands.configSet("dir", gone.toString()));
            Files.delete(gone);
            ask(RedisCommands::bgsave);
            awaitInfo("rdb_last_bgsave_status:err");
            // Now, for before it would have begun to save by itself.
            ask(commands -> commands.configSet("save", "1 1"));
        }

        /** Has it accept no more than its files hold: one that {@link #startOnASmallDisk} started. */
        public void fillTheDisk() {
            ask(commands -> commands.set("large", "x".repeat(SMALL_DISK_BYTES)));
            awaitInfo("aof_last_write_status:err");
        }

        public void awaitInfo(String line) {
            await(line).atMost(PATIENCE).until(() -> ask(RedisCommands::info).contains(line));
        }

        private void awaitAnswer() {
            await("port " + port)
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> ask(RedisCommands::ping).equals("PONG"));
        }

        private Process launch() throws IOException {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.resolve(port + ".log").toFile()))
                    .start();
        }

        private void signal(String name) throws Exception {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** Starts a server, with options besides: {@code --replicaof 127.0.0.1 6379}. */
    public Server start(String... options) throws IOException {
        int port = Ports.free(1).getFirst();
        List<String> command = new ArrayList<>(EmbeddedRedis.program(home.resolve(Integer.toString(port)), port)
                .command());
        command.addAll(List.of(options));
        return add(command, port);
    }

    /** Starts a server none of whose files grows beyond some MiB: it takes that for a full disk. */
    public Server startOnASmallDisk() throws IOException {
        int port = Ports.free(1).getFirst();
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' XFSZ; ulimit -f 8192; exec \"$@\"", "sh"));
        command.addAll(EmbeddedRedis.program(home.resolve(Integer.toString(port)), port)
                .command());
        return add(command, port);
    }

    public Server startReplicaOf(Server master) throws IOException {
        Server replica = start("--replicaof", Ports.HOST, Integer.toString(master.port));
        replica.awaitInfo("master_link_status:up");
        return replica;
    }

    /** Starts a sentinel that alone decides, and soon. */
    public Server startSentinel(String name, Server master) throws IOException {
        int port = Ports.free(1).getFirst();
        String program = EmbeddedRedis.program(home.resolve(Integer.toString(port)), port)
                .command()
                .getFirst();
        Path file = Files.writeString(home.resolve(port + ".conf"), """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor %s 127.0.0.1 %d 1
                sentinel down-after-milliseconds %s 500
                sentinel failover-timeout %s 2000
                """.formatted(
                        port, home.resolve(Integer.toString(port)), name, master.port, name, name));
        Server sentinel = add(List.of(program, file.toString(), "--sentinel"), port);
        sentinel.awaitInfo("slaves=1");
        return sentinel;
    }

    /** Starts masters that share the hash slots, and as many replicas of the first one. */
    public List<Server> startCluster(int masters, int replicas) throws IOException {
        List<Server> nodes = new ArrayList<>();
        for (int i = 0; i < masters + replicas; i++) {
            nodes.add(start("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"));
        }
        for (int i = 0; i < masters; i++) {
            int[] slots = slots(i, masters);
            nodes.get(i).ask(commands -> commands.clusterAddSlots(slots));
        }
        for (Server node : nodes) {
            nodes.getFirst().ask(commands -> commands.clusterMeet(Ports.HOST, node.port));
        }
        nodes.forEach(node -> await().atMost(PATIENCE).until(() -> isWhole(node, nodes.size())));
        String first = nodes.getFirst().ask(RedisCommands::clusterMyId);
        for (Server replica : nodes.subList(masters, nodes.size())) {
            replica.ask(commands -> commands.clusterReplicate(first));
            replica.awaitInfo("master_link_status:up");
        }
        return nodes;
    }

    private static boolean isWhole(Server node, int nodes) {
        String info = node.ask(RedisCommands::clusterInfo);
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes);
    }

    private static int[] slots(int part, int parts) {
        int from = part * 16_384 / parts;
        int to = (part + 1) * 16_384 / parts;
        int[] slots = new int[to - from];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = from + i;
        }
        return slots;
    }

    private Server add(List<String> command, int port) throws IOException {
        Server server = new Server(command, port);
        servers.add(server);
        server.awaitAnswer();
        return server;
    }

    @Override
    public void close() {
        servers.forEach(server -> server.process.destroyForcibly());
    }
}
