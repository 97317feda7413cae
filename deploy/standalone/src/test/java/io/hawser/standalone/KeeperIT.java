package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.config.DurationText;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's command on real processes, with a client that must not notice. */
final class KeeperIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** A minute where somebody asks for it: {@code -Dhawser.it.outage=60s}. */
    private static final Duration OUTAGE = DurationText.parse(System.getProperty("hawser.it.outage", "5s"));

    @TempDir
    private static Path home;

    private static Cluster cluster;

    private String printed = "";

    @BeforeAll
    static void startTheCluster() throws Exception {
        cluster = Cluster.start(home);
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    @Test
    void aTrialIsMadeRefusedAndTakenBackWhileAClientIsServed() throws Exception {
        try (Conversation kay = Conversation.with("kay", cluster.running(), home)) {
            assertThat(keeper("apply", "room", "--file", file("connections: {maxBindings: 8}")))
                    .isZero();
            assertThat(keeper("apply", "room", "--canary", "1", "--file", file("connections: {maxBindings: 9}")))
                    .isZero();
            List<Integer> onTrial = serviceRevisions("room");
            assertThat(onTrial).hasSize(2).doesNotHaveDuplicates();
            int stable = Math.min(onTrial.get(0), onTrial.get(1));
            assertThat(keeper("abort", "room")).isZero();
            String wrong = file("connections: {maxBindings: 7, window: -1}");
            assertThat(keeper("apply", "room", "--canary", "50%", "--unchecked", "--file", wrong))
                    .isEqualTo(10);
            assertThat(printed).contains("refuses").contains("window: -1 (expected:");
            assertThat(keeper("abort", "room")).isZero();
            assertThat(serviceRevisions("room")).containsExactly(stable, stable);
            kay.sender().send(20);
            kay.awaitAll();
        }
    }

    @Test
    void zooKeeperGoneInTheMiddleOfATrialChangesNothingForClients() throws Exception {
        try (Conversation kim = Conversation.with("kim", cluster.running(), home)) {
            String file = file("connections: {maxBindings: 11}");
            assertThat(keeper("apply", "room", "--canary", "1", "--file", file)).isZero();
            List<Integer> before = serviceRevisions("room");

            cluster.kill(Cluster.ZOOKEEPER);
            long endNs = System.nanoTime() + OUTAGE.toNanos();
            do {
                kim.sender().send(10);
                kim.awaitAll();
            } while (System.nanoTime() - endNs < 0);
            assertThat(keeper("promote", "room")).isEqualTo(5);
            cluster.startZooKeeper();

            await().atMost(SOON).until(() -> serviceRevisions("room").equals(before));
            assertThat(keeper("promote", "room", "--wait", "30s")).isZero();
            assertThat(serviceRevisions("room"))
                    .hasSize(2)
                    .allMatch(revision -> revision.equals(
                            before.stream().max(Integer::compare).orElseThrow()));
            kim.sender().send(10);
            kim.awaitAll();
        }
    }

    @Test
    void aDrainedRoomMovesItsClientsAndEndsWithNothing() throws Exception {
        try (Conversation kit = Conversation.with("kit", cluster.running(), home)) {
            kit.sender().send(5);
            kit.awaitAll();
            String room = roomOf("kit");
            assertThat(keeper("drain", room)).isZero();
            assertThat(printed).contains(room + ": has left and stopped");
            kit.sender().send(5);
            kit.awaitAll();
            assertThat(roomOf("kit")).isNotEqualTo(room);
            cluster.start(room);
        }
    }

    @Test
    void aSaverIsProfiledAndSaysMoreForAWhile() throws Exception {
        Path recording = home.resolve("saver-1.jfr");
        assertThat(keeper("profile", "saver-1", "--seconds", "1", "--file", recording.toString(), "-o", "json"))
                .isZero();
        assertThat(new ObjectMapper().readTree(printed).path("threads").asInt()).isPositive();
        assertThat(recording).isNotEmptyFile();
        assertThat(keeper("loglevel", "--service", "saver", "io.hawser.saver", "DEBUG", "--for", "1s"))
                .isZero();
        assertThat(printed.lines()).hasSize(2);
    }

    private List<Integer> serviceRevisions(String service) throws Exception {
        List<Integer> revisions = new ArrayList<>();
        for (JsonNode one : instances(service)) {
            revisions.add(one.path("status").path("running").path("service").asInt());
        }
        return revisions;
    }

    private static String roomOf(String user) {
        RunningPlatform platform = cluster.running();
        CenterApi center = new CenterApi(platform.center(), platform.apiKey());
        JsonNode answer = CenterApi.required(center.get("/v1/apps/" + platform.app() + "/users/" + user));
        return answer.path("connections").path(0).path("room").asText();
    }

    private JsonNode instances(String service) throws Exception {
        assertThat(keeper("instances", "--service", service, "-o", "json")).isZero();
        return new ObjectMapper().readTree(printed);
    }

    private int keeper(String... args) throws Exception {
        String[] all = Stream.of(
                        Stream.of("keeper"),
                        Stream.of(args),
                        Stream.of("--zookeeper", cluster.running().zookeeper()))
                .flatMap(words -> words)
                .toArray(String[]::new);
        HawserProcess process = HawserProcess.run(home.resolve("keeper.log"), home, all);
        int code = process.awaitExit();
        printed = String.join("\n", process.remainingLines());
        return code;
    }

    private static String file(String yaml) throws Exception {
        return Files.writeString(Files.createTempFile(home, "config", ".yaml"), yaml)
                .toString();
    }
}
