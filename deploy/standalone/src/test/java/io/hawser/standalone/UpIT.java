package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.cluster.StandalonePlatform;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole platform as one process, as a newcomer has it. */
final class UpIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    @Test
    void deliversWhatIsSentAndWhatWasSentWhileAwayAndWhatWasAcceptedBeforeAKill() throws Exception {
        List<String> expected = new ArrayList<>();
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            Sender sender = new Sender(platform.running(), "alice");
            try (Receiver alice = connect(platform, "alice")) {
                await().atMost(SOON).until(alice::isBound);
                expected.addAll(sender.send(1).accepted());
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(alice.texts()).isEqualTo(expected));
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(sender.stateOfLast()).isEqualTo("ACKNOWLEDGED"));
            }
            List<String> away = sender.send(3).accepted().subList(1, 4);
            try (Receiver alice = connect(platform, "alice")) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(alice.texts()).isEqualTo(away));
            }
            List<String> lastWords = sender.send(20).accepted().subList(4, 24);
            platform.killEverything();

            try (StandalonePlatform again = platform.startAgain()) {
                assertThat(again.running()).isEqualTo(platform.running());
                try (Receiver alice = connect(again, "alice")) {
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(alice.texts()).isEqualTo(lastWords));
                }
            }
        }
    }

    @Test
    void endsTheStoresThatAKilledLifeLeftBehind() throws Exception {
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            long redis = pid(platform.data().resolve("redis/redis.pid"));
            long mariaDb = pid(platform.data().resolve("mariadb/mariadb.pid"));
            platform.process().killHard();
            try (StandalonePlatform again = platform.startAgain()) {
                assertThat(again.running().center())
                        .isEqualTo(platform.running().center());
                assertThat(ProcessHandle.of(redis).filter(ProcessHandle::isAlive))
                        .isEmpty();
                assertThat(ProcessHandle.of(mariaDb).filter(ProcessHandle::isAlive))
                        .isEmpty();
            }
        }
    }

    @Test
    void stopsAllThatItStartedWhenToldTo() throws Exception {
        StandalonePlatform platform = StandalonePlatform.start(home);
        long redis = pid(platform.data().resolve("redis/redis.pid"));
        long mariaDb = pid(platform.data().resolve("mariadb/mariadb.pid"));
        assertThat(platform.process().stop()).isEqualTo(143);
        assertThat(ProcessHandle.of(redis).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(ProcessHandle.of(mariaDb).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void startsAStoreThatDiedAgainAndServesAsBefore() throws Exception {
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            Sender sender = new Sender(platform.running(), "alice").send(1);
            endHard(pid(platform.data().resolve("redis/redis.pid")));
            endHard(pid(platform.data().resolve("mariadb/mariadb.pid")));
            await().atMost(SOON)
                    .until(() -> platform.process().errors(), containsBoth("redis is back at ", "mariadb is back at "));
            sender.send(1);
            try (Receiver alice = connect(platform, "alice")) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(alice.texts()).isEqualTo(sender.accepted()));
            }
        }
    }

    @Test
    void endsWithOneLineWhenADeadStoreCannotBeStartedAgain() throws Exception {
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            long redis = pid(platform.data().resolve("redis/redis.pid"));
            Files.move(platform.data().resolve("redis"), home.resolve("elsewhere"));
            Files.createFile(platform.data().resolve("redis"));
            endHard(redis);
            assertThat(platform.process().awaitExit()).isEqualTo(1);
            assertThat(platform.process().errors().lines().toList().getLast())
                    .startsWith("hawser: redis did not start: ")
                    .endsWith("given up after 4 starts");
        }
    }

    @Test
    void isFoundByTheOtherCommandsAsLongAsItRuns() throws Exception {
        Path announced = RunningPlatform.file(home);
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            assertThat(RunningPlatform.read(announced)).isEqualTo(platform.running());
            HawserProcess second = HawserProcess.run(
                    home.resolve("second.log"),
                    home,
                    "up",
                    "--data",
                    platform.data().toString());
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.errors().lines())
                    .singleElement()
                    .asString()
                    .endsWith("(expected: one that no other process is using)");
            assertThat(RunningPlatform.read(announced)).isEqualTo(platform.running());
            assertThat(platform.process().stop()).isEqualTo(143);
        }
        assertThat(announced).doesNotExist();
    }

    @Test
    void tellsWhichPortIsTakenInOneLine() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            HawserProcess up = HawserProcess.run(
                    home.resolve("up.log"),
                    home,
                    "up",
                    "--data",
                    home.resolve("data").toString(),
                    "--port-base",
                    Integer.toString(other.getLocalPort()));
            assertThat(up.awaitExit()).isEqualTo(1);
            assertThat(up.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith("hawser: port " + other.getLocalPort() + " for the center: taken by another process");
        }
    }

    @Test
    void tellsWhenADataDirectoryCannotBeMade() throws Exception {
        Path file = Files.createFile(home.resolve("file"));
        HawserProcess up = HawserProcess.run(home.resolve("up.log"), home, "up", "--data", file.toString());
        assertThat(up.awaitExit()).isEqualTo(1);
        assertThat(up.errors().lines()).singleElement().asString().startsWith("hawser: --data: " + file);
    }

    @Test
    void keepsItsKeysForItsOwnerAlone() throws Exception {
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            for (String file : List.of("up.json", "keys.json")) {
                Path path = platform.data().resolve(file);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rw-------");
            }
        }
    }

    /** The client of the protocol's page, which shares no code with ours. */
    @Test
    void servesAClientThatIsWrittenFromTheProtocolsPageAlone() throws Exception {
        assumeTrue(hasPython(), "SKIPPED: python3 is not installed, so the example client is not tested");
        try (StandalonePlatform platform = StandalonePlatform.start(home)) {
            RunningPlatform running = platform.running();
            String token = new CenterApi(running.center(), running.apiKey()).issueToken(running.app(), "monty", "");
            Sender sender = new Sender(running, "monty").send(1);
            Process client = new ProcessBuilder(
                            "python3",
                            "-B",
                            Path.of("../../docs/examples/hawser_client.py").toString(),
                            "--dispatcher",
                            running.dispatcher().toString(),
                            "--app",
                            running.app(),
                            "--user",
                            "monty",
                            "--token",
                            token,
                            "--count",
                            "2")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("client.log").toFile())
                    .start();
            try {
                sender.send(1);
                assertThat(client.waitFor(SOON)).isTrue();
                assertThat(client.exitValue()).isZero();
                String printed = Files.readString(home.resolve("client.log"));
                assertThat(printed).contains(sender.accepted());
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(sender.stateOfLast()).isEqualTo("ACKNOWLEDGED"));
            } finally {
                client.destroyForcibly();
            }
        }
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private Receiver connect(StandalonePlatform platform, String user) throws Exception {
        return Receiver.connect(platform.running(), user, home.resolve("positions"));
    }

    private static Predicate<String> containsBoth(String one, String other) {
        return text -> text.contains(one) && text.contains(other);
    }

    private static void endHard(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static long pid(Path file) throws Exception {
        return Long.parseLong(Files.readString(file).strip());
    }
}
