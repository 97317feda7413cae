package io.hawser.standalone.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code erase} refuses before it asks anybody, and whom it asks for. */
final class EraseCommandTest {
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path home;

    @Test
    void nobodyIsErasedByACommandThatIsWrong() throws Exception {
        Path users = Files.writeString(home.resolve("users"), "ann\n" + "x".repeat(65) + "\n");
        assertThat(refusal("--app", "demo")).isEqualTo("--user, --user-file: nobody (expected: at least one user)");
        assertThat(refusal("--app", "demo", "--user-file", users.toString()))
                .isEqualTo("'" + "x".repeat(65) + "' of 'demo': user: 65 bytes (expected: 1 to 64)");
        assertThat(refusal("--app", "Demo", "--user", "ann"))
                .startsWith("'ann' of 'Demo': app: Demo (expected: only a-z");
        assertThat(refusal("--app", "demo", "--user-file", "/none"))
                .isEqualTo("user-file: /none (expected: a file in UTF-8, one user a line)");
        assertThat(refusal("--app", "demo", "--user", "ann", "--within", "soon"))
                .isEqualTo("within: soon (expected: such as 90s, 15m, 1h or 7d)");
        assertThat(refusal("--app", "demo", "--user", "ann", "--api-key", "a", "--operator-key", "b"))
                .isEqualTo("--api-key, --operator-key: both (expected: one of them)");
    }

    @Test
    void aFilesUsersAreThoseThatOneSees() throws Exception {
        Path marked = Files.writeString(home.resolve("marked"), "\uFEFFann\r\n\r\nbob\r\n");
        assertThat(UserFile.read(marked)).containsExactly("ann", "bob");
        Path blanks = Files.writeString(home.resolve("blanks"), "ann\n\nbob \n");
        assertThat(refusal("--app", "demo", "--user-file", blanks.toString()))
                .isEqualTo("user-file: line 3: 'bob '"
                        + " (expected: a user without blanks around it; such a one is given by itself)");
    }

    @Test
    void oneWhoIsNotErasedKeepsNobodyBehindFromIt() throws Exception {
        HttpServer center = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        center.createContext("/", exchange -> {
            boolean away = exchange.getRequestURI().getPath().contains("ann");
            byte[] body =
                    (away ? "{\"code\":\"UNAVAILABLE\"}" : "{\"erased\":true,\"unknownRooms\":[]}").getBytes(UTF_8);
            exchange.sendResponseHeaders(away ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            asked.add(exchange.getRequestURI().getPath());
        });
        center.start();
        try {
            String url = "http://127.0.0.1:" + center.getAddress().getPort();
            String said = said(
                    1, url, "--app", "demo", "--user", "ann", "--user", "bob", "--within", "0s", "--api-key", "key");
            assertThat(said).startsWith("hawser: ann: not erased within 0 s: the center refused: UNAVAILABLE");
            assertThat(asked).containsExactly("/v1/apps/demo/users/ann:erase", "/v1/apps/demo/users/bob:erase");
        } finally {
            center.stop(0);
        }
    }

    private static String refusal(String... args) {
        return said(2, "http://127.0.0.1:1", args);
    }

    private static String said(int exit, String center, String... args) {
        var said = new StringWriter();
        int ended = new CommandLine(new EraseCommand())
                .setParameterExceptionHandler((e, given) -> {
                    e.getCommandLine().getErr().print(e.getMessage());
                    e.getCommandLine().getErr().flush();
                    return 2;
                })
                .setErr(new PrintWriter(said))
                .execute(prepend("--center", center, args));
        assertThat(ended).isEqualTo(exit);
        return said.toString();
    }

    private static String[] prepend(String option, String value, String... args) {
        String[] all = new String[args.length + 2];
        all[0] = option;
        all[1] = value;
        System.arraycopy(args, 0, all, 2, args.length);
        return all;
    }
}
