package io.hawser.bench.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is master, as servers say it that say what they are told to. */
final class RedisServersTest {
    private final List<Saying> sayings = new ArrayList<>();
    private final Map<String, String> addresses = new HashMap<>();

    @AfterEach
    void close() throws IOException {
        for (Saying saying : sayings) {
            saying.socket.close();
        }
    }

    @Test
    void aMasterWithoutItsReplicaIsNotWhole() throws Exception {
        Saying master = server("redis-1");
        Saying replica = server("redis-2");
        Saying sentinel = server("sentinel-1");
        replica.says("INFO", "role:slave", "master_port:" + master.port(), "master_link_status:up");
        sentinel.says("INFO", "master0:name=hawser,status=ok,address=" + master.address() + ",slaves=1,sentinels=3");
        RedisServers servers = new RedisServers(RedisForm.sentinel, addresses);

        master.says("INFO", "role:master", "connected_slaves:0");
        assertThat(servers.areWhole()).isFalse();

        master.says("INFO", "role:master", "connected_slaves:1");
        assertThat(servers.areWhole()).isTrue();
        assertThat(servers.masters()).containsExactly("redis-1");
        assertThat(servers.replicaOf("redis-1")).isEqualTo("redis-2");
    }

    @Test
    void twoThatTakeThemselvesForMasterAreNotWhole() throws Exception {
        Saying first = server("redis-1");
        server("redis-2").says("INFO", "role:master", "connected_slaves:0");
        first.says("INFO", "role:master", "connected_slaves:0");

        assertThat(new RedisServers(RedisForm.sentinel, addresses).areWhole()).isFalse();
    }

    @Test
    void sentinelsThatNameAnotherMasterAreWaitedFor() throws Exception {
        Saying master = server("redis-1");
        Saying replica = server("redis-2");
        master.says("INFO", "role:master", "connected_slaves:1");
        replica.says("INFO", "role:slave", "master_port:" + master.port(), "master_link_status:up");
        server("sentinel-1").says("INFO", "master0:name=hawser,status=ok,address=" + replica.address() + ",slaves=1,");

        assertThat(new RedisServers(RedisForm.sentinel, addresses).areWhole()).isFalse();
    }

    @Test
    void whatAServerRefusesIsToldWithItsAddress() throws Exception {
        Saying server = server("redis");
        assertThatThrownBy(() -> new RedisServer(server.address()).ask("FLUSHALL"))
                .isInstanceOf(IOException.class)
                .hasMessage(server.address() + ": FLUSHALL: -ERR not told");
    }

    @Test
    void whatHasBeenChangedIsCounted() throws Exception {
        Saying server = server("redis");
        server.says("INFO", "rdb_changes_since_last_save:17");
        assertThat(new RedisServer(server.address()).info().changes()).isEqualTo(17);
    }

    private Saying server(String name) throws IOException {
        Saying saying = new Saying();
        sayings.add(saying);
        addresses.put(name, saying.address());
        return saying;
    }

    /** Answers a command as it was told to, and hangs up. */
    private static final class Saying {
        private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
        private final Map<String, String> answers = new ConcurrentHashMap<>();

        Saying() throws IOException {
            Thread.ofVirtual().start(this::answer);
        }

        int port() {
            return socket.getLocalPort();
        }

        String address() {
            return "127.0.0.1:" + port();
        }

        void says(String command, String... lines) {
            String text = "# Of its own\r\n" + String.join("\r\n", lines) + "\r\n";
            answers.put(command, "$" + text.length() + "\r\n" + text + "\r\n");
        }

        private void answer() {
            try {
                while (!socket.isClosed()) {
                    try (Socket caller = socket.accept();
                            BufferedReader in = new BufferedReader(
                                    new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII))) {
                        String command = String.valueOf(in.readLine());
                        in.readLine();
                        caller.getOutputStream()
                                .write(answers.getOrDefault(command, "-ERR not told\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException closed) {
                // By the test's end.
            }
        }
    }
}
