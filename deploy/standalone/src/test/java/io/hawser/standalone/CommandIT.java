package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.StandalonePlatform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, as a person or a script runs them beside {@code ./hawser up}. */
final class CommandIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path home;

    private static StandalonePlatform platform;

    @BeforeAll
    static void startThePlatform() throws Exception {
        platform = StandalonePlatform.start(home);
    }

    @AfterAll
    static void stopThePlatform() {
        platform.close();
    }

    @Test
    void aClientPrintsWhatIsSentAndTheStatusFollows() throws Exception {
        try (HawserProcess client = run("client", "--user", "ann", "-o", "json", "--count", "1")) {
            client.awaitLine(line -> line.contains("\"BOUND\""));
            String name = output("send", "--user", "ann", "--text", "hi");
            JsonNode message = JSON.readTree(client.awaitLine(line -> line.contains("\"message\"")));
            assertThat(message.path("text").asText()).isEqualTo("hi");
            assertThat(name)
                    .isEqualTo("apps/demo/users/ann/messages/"
                            + message.path("seq").asLong());
            assertThat(client.awaitExit()).isZero();
            assertThat(output("status", name)).isEqualTo("ACKNOWLEDGED");
        }
    }

    @Test
    void aClientPrintsAsManyAsItWasAskedForAndTheNextOneGoesOn() throws Exception {
        for (int i = 1; i <= 4; i++) {
            output("send", "--user", "counting", "--text", "number " + i);
        }
        assertThat(outputLines("client", "--user", "counting", "--count", "3"))
                .containsExactly("number 1", "number 2", "number 3");
        assertThat(outputLines("client", "--user", "counting", "--count", "1")).containsExactly("number 4");
        assertThat(complaint(2, "client", "--user", "counting", "--count", "0"))
                .isEqualTo("hawser: --count: 0 (expected: >= 1) (see ./hawser client --help)");
    }

    @Test
    void theOnlyRoomIsBackAfterItsDrainAndSoAreItsClients() throws Exception {
        String zooKeeper = platform.running().zookeeper();
        try (HawserProcess client = run("client", "--user", "dora", "-o", "json", "--count", "1")) {
            client.awaitLine(line -> line.contains("\"BOUND\""));
            assertThat(outputLines("keeper", "drain", "room-1", "--zookeeper", zooKeeper))
                    .last()
                    .asString()
                    .startsWith("room-1: has left and stopped");
            output("send", "--user", "dora", "--text", "still there?");
            assertThat(client.awaitLine(line -> line.contains("\"message\""))).contains("still there?");
            assertThat(client.awaitExit()).isZero();
        }
        assertThat(platform.process().errors().lines())
                .containsSubsequence(
                        "hawser: room-1 was drained by an operator; starting it again, as there is no other here",
                        "hawser: room-1 is back");
    }

    @Test
    void aKeeperWithoutZooKeeperSaysSoInOneLine() throws Exception {
        assertThat(complaint(5, "keeper", "instances", "--zookeeper", "127.0.0.1:1"))
                .isEqualTo("keeper: zookeeper: 127.0.0.1:1 does not answer (expected: within 5 s)");
    }

    @Test
    void aMessageToNobodyYetIsPending() throws Exception {
        String name = output("send", "--user", "nobody", "--text", "hi", "--ttl", "60");
        JsonNode status = JSON.readTree(output("status", name, "-o", "json"));
        assertThat(status.path("state").asText()).isEqualTo("PENDING");
    }

    @Test
    void aBroadcastReachesTheMembersOfItsGroupAndTellsHowItEnded() throws Exception {
        try (HawserProcess client = run("client", "--user", "gina", "--group", "red", "-o", "json", "--count", "2")) {
            client.awaitLine(line -> line.contains("\"groups\""));
            assertThat(output("broadcast", "--group", "blue", "--text", "for others", "-o", "text"))
                    .startsWith("apps/demo/broadcasts/");
            JsonNode done = JSON.readTree(output("broadcast", "--group", "red", "--text", "for reds", "--wait"));
            assertThat(done.path("state").asText()).isEqualTo("DONE");
            JsonNode first = JSON.readTree(client.awaitLine(line -> line.contains("\"broadcast\"")));
            assertThat(first.path("text").asText()).isEqualTo("for reds");
            JsonNode now = JSON.readTree(output("broadcast", "--all", "--text", "for all", "--transient"));
            assertThat(now.path("durability").asText()).isEqualTo("NONE");
            assertThat(client.awaitExit()).isZero();
        }
    }

    @Test
    void whatIsWrongWithABroadcastIsOneLine() throws Exception {
        assertThat(complaint(1, "broadcast", "--text", "hi"))
                .isEqualTo("hawser: the center refused: INVALID_ARGUMENT: audience: missing"
                        + " (expected: one of all, groups, users)");
        assertThat(complaint(1, "broadcast", "--all", "--text", "hi", "--ttl", "1x"))
                .isEqualTo("hawser: ttl: 1x (expected: such as 90s, 15m, 1h or 7d)");
        assertThat(complaint(1, "broadcast", "--user-file", "/none", "--text", "hi"))
                .isEqualTo("hawser: user-file: /none (expected: a file in UTF-8, one user a line)");
        assertThat(complaint(2, "broadcast", "--all")).startsWith("hawser: Missing required option: '--text=TEXT'");
    }

    @Test
    void clientsDoWhatAnOperatorTellsThem() throws Exception {
        try (HawserProcess client = run("client", "--user", "cora", "-o", "json", "--count", "1")) {
            client.awaitLine(line -> line.contains("\"BOUND\""));
            String[] cora = {"--app", "demo", "--user", "cora"};
            assertThat(output(with(cora, "command", "diagnostics", "--request", "case-7")))
                    .isEqualTo("told 1 client");
            assertThat(output(with(cora, "command", "heartbeat", "--every", "1m")))
                    .isEqualTo("told 1 client");
            assertThat(output(with(cora, "command", "throttle", "--frames", "10", "--for", "5m")))
                    .isEqualTo("told 1 client");
            assertThat(output(with(cora, "command", "ask-dispatcher", "--room", "room-1")))
                    .isEqualTo("told 1 client");
            JsonNode moved = JSON.readTree(output(with(cora, "command", "move", "-o", "json")));
            assertThat(moved.path("told").asLong()).isEqualTo(1);
            client.awaitLine(line -> line.contains("\"BOUND\""));
            output("send", "--user", "cora", "--text", "hi");
            assertThat(client.awaitExit()).isZero();
        }
        assertThat(complaint(1, "command", "diagnostics"))
                .isEqualTo("hawser: the center refused: INVALID_ARGUMENT: room, app: none (expected: at least one)");
        assertThat(complaint(1, "command", "move", "--app", "demo", "--within", "soon"))
                .isEqualTo("hawser: within: soon (expected: such as 90s, 15m, 1h or 7d)");
    }

    private static String[] with(String[] whom, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(whom)).toArray(String[]::new);
    }

    @Test
    void aTokenOfAnotherUserIsRefusedForGood() throws Exception {
        String token = output("token", "--user", "eve");
        try (HawserProcess client = run("client", "--user", "mallory", "--token", token, "-o", "json")) {
            assertThat(client.awaitLine(line -> line.contains("\"CLOSED\""))).contains("TOKEN_MISMATCH");
            assertThat(client.awaitExit()).isEqualTo(1);
        }
    }

    @Test
    void aClientWhoseTokenIsRefusedForGoodEndsAndSaysWhy() throws Exception {
        HawserProcess client = run("client", "--user", "ann", "--app", "nosuch", "-o", "json");
        assertThat(client.awaitExit()).isEqualTo(1);
        assertThat(client.errors().strip()).startsWith("hawser: the center refused: PERMISSION_DENIED: app: nosuch");
    }

    @Test
    void aTokenThatCannotGetBetterEndsTheClientWithALine() throws Exception {
        HawserProcess client = run("client", "--user", "ann", "--token", "bad");
        assertThat(client.awaitExit()).isEqualTo(1);
        assertThat(client.errors().lines().toList().getLast())
                .startsWith("hawser: the token was refused: TOKEN_INVALID");
    }

    @Test
    void whatTheCenterRefusesIsOneLineWithItsCode() throws Exception {
        assertThat(complaint(1, "send", "--user", "x".repeat(65), "--text", "hi"))
                .startsWith("hawser: the center refused: INVALID_ARGUMENT: ");
        assertThat(complaint(1, "send", "--user", "ann", "--text", "hi", "--app", "nobodys"))
                .startsWith("hawser: the center refused: ");
        assertThat(complaint(1, "status", "apps/demo/users/ann/messages/x"))
                .isEqualTo("hawser: message: apps/demo/users/ann/messages/x"
                        + " (expected: apps/APP/users/USER/messages/NUMBER)");
    }

    @Test
    void wrongUsageIsOneLineAndExitCodeTwo() throws Exception {
        assertThat(complaint(2, "send")).startsWith("hawser: Missing required options");
        assertThat(complaint(2, "sent"))
                .isEqualTo("hawser: sent: no such command (did you mean send?) (see ./hawser --help)");
        assertThat(complaint(2, "cluster", "kil", "room-1"))
                .isEqualTo("hawser: kil: no such command (did you mean kill?) (see ./hawser cluster --help)");
    }

    @Test
    void anotherOperatorsKeyCanBeMadeBesideTheRunningPlatform() throws Exception {
        assertThat(output("operator-key", "--zookeeper", platform.running().zookeeper()))
                .startsWith("hk_");
    }

    @Test
    void aBackupIsWrittenBesideTheRunningPlatformAndNotLoadedThere() throws Exception {
        Path file = home.resolve("backup");
        String mysql = platform.running().mysql();
        assertThat(output("backup", "--mysql", mysql, file.toString())).contains("rows of");
        assertThat(complaint(1, "backup", "--mysql", mysql, file.toString())).startsWith("hawser: ALREADY_EXISTS: ");
        assertThat(complaint(1, "restore", "--replace", "--mysql", mysql, file.toString()))
                .startsWith("hawser: FAILED_PRECONDITION: connections of others: ");
        assertThat(complaint(1, "restore", file.toString()))
                .isEqualTo("hawser: --mysql, --data: none (expected: one of them)");

        Path other = home.resolve("other");
        assertThat(output("restore", "--data", other.toString(), file.toString()))
                .contains("slots go on from generation");
        assertThat(complaint(1, "restore", "--data", other.toString(), file.toString()))
                .contains("leave to replace them");
    }

    @Test
    void usersAreErasedAndErasedAgainForNothing() throws Exception {
        Path users = Files.writeString(home.resolve("users"), "erin\n\nemil\n");
        output("send", "--user", "erin", "--text", "hi");
        assertThat(outputLines("erase", "--app", "demo", "--user-file", users.toString()))
                .containsExactly(
                        "erin: erased", "emil: nothing left to erase", "2 users: 1 erased, 1 had nothing, 0 failed");
        String apiKey = platform.running().apiKey();
        assertThat(output("erase", "--app", "demo", "--user", "erin", "--api-key", apiKey, "-o", "json"))
                .isEqualTo("{\"user\":\"erin\",\"erased\":false}");
        assertThat(complaint(1, "erase", "--app", "demo", "--user", "erin", "--api-key", "hk_none.none"))
                .startsWith("hawser: the center refused: UNAUTHENTICATED: ");
        assertThat(complaint(2, "erase", "--user", "erin")).startsWith("hawser: Missing required option: '--app=APP'");
    }

    @Test
    void everyCommandExplainsItself() throws Exception {
        List<String> commands = List.of(
                "up",
                "client",
                "token",
                "send",
                "broadcast",
                "status",
                "command",
                "bench",
                "operator-key",
                "backup",
                "restore",
                "erase",
                "keeper",
                "dispatcher",
                "room",
                "register",
                "saver",
                "center",
                "coordinator");
        for (String command : commands) {
            HawserProcess help = run(command, "--help");
            assertThat(help.awaitLine(line -> line.startsWith("Usage: "))).startsWith("Usage: hawser " + command);
            assertThat(help.awaitExit()).isZero();
        }
    }

    private static HawserProcess run(String... arguments) {
        Path log = home.resolve(String.join("-", Arrays.copyOf(arguments, 1)) + "-" + System.nanoTime() + ".log");
        return HawserProcess.run(log, home, arguments);
    }

    private static String output(String... arguments) throws Exception {
        HawserProcess command = run(arguments);
        String line = command.awaitLine(any -> true);
        assertThat(command.awaitExit()).as(command.errors()).isZero();
        return line;
    }

    private static List<String> outputLines(String... arguments) throws Exception {
        HawserProcess command = run(arguments);
        assertThat(command.awaitExit()).as(command.errors()).isZero();
        return command.remainingLines();
    }

    private static String complaint(int exitCode, String... arguments) throws Exception {
        HawserProcess command = run(arguments);
        assertThat(command.awaitExit()).isEqualTo(exitCode);
        List<String> lines = new ArrayList<>(command.errors().lines().toList());
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }
}
