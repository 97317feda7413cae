package io.hawser.keeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before ZooKeeper is asked: each command's table of bad inputs. */
class BadInputTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private static Path directory;

    static Stream<Arguments> wrong() {
        return Stream.of(
                row(2, "", "no command (expected: instances, get, diff,"),
                row(2, "frobnicate", "frobnicate: no such command"),
                row(2, "appply room", "keeper: appply: no such command (did you mean apply?)"),
                row(2, "instances --colour", "Unknown option: '--colour'"),
                row(2, "instances -o xml", "'xml'"),
                row(2, "instances", "--zookeeper: missing (expected: HOST:PORT"),
                row(2, "get", "Missing required parameter: 'SCOPE'"),
                row(2, "get Room!", "Room! (expected: cluster, SERVICE or SERVICE/INSTANCE)"),
                row(2, "get rooom", "keeper: rooom: no such service (did you mean room?)"),
                row(2, "get rooom/room-1", "rooom: no such service"),
                row(2, "diff rooom", "rooom: no such service"),
                row(2, "history rooom", "rooom: no such service"),
                row(2, "promote rooom", "rooom: no such service"),
                row(2, "abort rooom", "rooom: no such service"),
                row(2, "rollback rooom", "rooom: no such service"),
                row(2, "get room/room-1/x", "(expected: cluster, SERVICE or SERVICE/INSTANCE)"),
                row(2, "get room --revision one", "'one' is not an int"),
                row(2, "diff room --from x", "'x' is not an int"),
                row(2, "diff room --to 3 --file FILE", "--to and --file: both given"),
                row(2, "diff room --file /no/such", "/no/such: cannot be read"),
                row(2, "validate room", "Missing required option: '--file=FILE'"),
                row(2, "validate hut --file FILE", "hut: no such service (expected: one of room)"),
                row(3, "validate room --file LIST", "not a mapping (expected: YAML of the form key: value)"),
                row(3, "validate room --file WRONG", "dooors: unknown key (did you mean doors?)"),
                row(3, "validate room --file BINARY", "not UTF-8"),
                row(2, "validate room --file LONG", "longer than 262144 bytes"),
                row(
                        3,
                        "validate room --file EMPTY",
                        "empty.yaml: says nothing (expected: key: value, or --allow-empty"),
                row(3, "validate room --file COMMENT", "comment.yaml: says nothing"),
                row(3, "diff room --file EMPTY", "empty.yaml: says nothing"),
                row(2, "diff room --allow-empty", "--file=FILE"),
                row(3, "apply room --file EMPTY", "empty.yaml: says nothing"),
                row(3, "apply room --file COMMENT --unchecked", "comment.yaml: says nothing"),
                row(3, "apply room --file BRACES", "braces.yaml: says nothing"),
                row(2, "apply room", "Missing required option: '--file=FILE'"),
                row(2, "apply room --file /no/such", "/no/such: cannot be read"),
                row(3, "apply room --file LIST", "not a mapping"),
                row(2, "apply room --file FILE --canary some!", "--canary: some! (expected: a number, a part"),
                row(2, "apply room/room-1 --file FILE --canary 1", "--canary: room/room-1 is one instance"),
                row(2, "apply room --file FILE --wait soon", "soon (expected: a duration such as"),
                row(2, "apply room --file FILE --if-revision x", "'x' is not an int"),
                row(2, "promote", "Missing required parameter: 'SCOPE'"),
                row(2, "abort room extra", "Unmatched argument"),
                row(2, "rollback room --to minus", "'minus' is not an int"),
                row(2, "history room --limit 0", "--limit: 0 (expected: 1 or more)"),
                row(2, "drain", "Missing required parameter: 'NAME'"),
                row(2, "drain room-1 --timeout 1m2s", "1m2s (expected: a duration such as"),
                row(2, "drain room-1 --timeout 0s", "--timeout: 0s (expected: 1s to 1h)"),
                row(2, "loglevel room-1", "NAME LOGGER LEVEL"),
                row(2, "loglevel io.hawser DEBUG", "a word is missing (expected: NAME LOGGER LEVEL, or --service"),
                row(2, "loglevel room-1 io.hawser DEBUG --service room", "NAME and --service: both given"),
                row(2, "loglevel room-1 io.hawser LOUD", "level: LOUD (expected: TRACE, DEBUG,"),
                row(2, "loglevel room-1 io!hawser DEBUG", "logger: io!hawser (expected: a logger's name"),
                row(2, "loglevel room-1 io.hawser DEBUG --for 0s", "for: 0s (expected: 1s to 24h)"),
                row(2, "loglevel room-1 io.hawser DEBUG --for 2d", "for: 2d (expected: 1s to 24h)"),
                row(2, "profile", "Missing required parameter: 'NAME'"),
                row(2, "profile room-1 --seconds 0", "seconds: 0 (expected: 1 to 300)"),
                row(2, "profile room-1 --seconds 301", "seconds: 301 (expected: 1 to 300)"),
                row(2, "completion", "Missing required parameter: 'bash|zsh'"),
                row(2, "completion fish", "'fish'"),
                row(5, "instances --zookeeper 127.0.0.1:1", "zookeeper: 127.0.0.1:1 does not answer"));
    }

    @ParameterizedTest(name = "keeper {1} ends with {0}")
    @MethodSource("wrong")
    void aWrongCommandLineIsOneClearLine(int code, String line, String said) throws Exception {
        assertThat(keeper(line)).isEqualTo(code);
        assertThat(err.toString().lines())
                .first()
                .asString()
                .startsWith("keeper")
                .contains(said);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theHelpListsTheExitCodes() throws Exception {
        assertThat(keeper("--help")).isZero();
        for (Exit exit : Exit.values()) {
            assertThat(out.toString())
                    .contains(exit.number() + "   ")
                    .contains(exit.meaning().split(" ", 4)[0]);
        }
    }

    @Test
    void theReadmeListsThemToo() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (Exit exit : Exit.values()) {
            assertThat(readme).contains("| " + exit.number() + " | " + exit.meaning() + " |");
        }
    }

    @Test
    void everyCommandHasHelpAndTellsItsResultInBothForms() throws Exception {
        for (String command : List.of(
                "instances",
                "get",
                "diff",
                "validate",
                "apply",
                "promote",
                "abort",
                "history",
                "rollback",
                "drain",
                "loglevel",
                "profile")) {
            out.getBuffer().setLength(0);
            assertThat(keeper(command + " --help")).isZero();
            assertThat(out.toString()).contains("table|json");
            out.getBuffer().setLength(0);
            assertThat(keeper(command + " --version")).isZero();
            assertThat(out.toString()).startsWith("Hawser ");
        }
    }

    private int keeper(String line) throws Exception {
        Map<String, Class<? extends Record>> types = Map.of("room", House.class);
        List<String> args = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            args.add(replaced(word));
        }
        args.removeIf(String::isEmpty);
        return KeeperCli.run(
                new ServiceConfigs(types),
                new LocalPlatform(null),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                args.toArray(String[]::new));
    }

    private static String replaced(String word) throws Exception {
        return switch (word) {
            case "FILE" -> file("good.yaml", "doors: 3".getBytes(UTF_8));
            case "LIST" -> file("list.yaml", "- a\n- b".getBytes(UTF_8));
            case "EMPTY" -> file("empty.yaml", new byte[0]);
            case "COMMENT" -> file("comment.yaml", "# room\n---\n# doors: 3\n".getBytes(UTF_8));
            case "BRACES" -> file("braces.yaml", "{}".getBytes(UTF_8));
            case "WRONG" -> file("wrong.yaml", "dooors: 3".getBytes(UTF_8));
            case "BINARY" -> file("binary.yaml", new byte[] {'a', (byte) 0xff, (byte) 0xfe});
            case "LONG" -> file("long.yaml", new byte[300_000]);
            default -> word;
        };
    }

    private static String file(String name, byte[] data) throws Exception {
        return Files.write(directory.resolve(name), data).toString();
    }

    private static Arguments row(int code, String line, String said) {
        return Arguments.of(code, line, said);
    }
}
