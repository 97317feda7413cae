package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.client.ClientState;
import io.hawser.client.PushMessage;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.cluster.Sender.Refusal;
import io.hawser.standalone.cluster.StubbornClient;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed at the worst moments. Each test has users of its own, and leaves the platform whole. */
final class FaultIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration ZOOKEEPER_AWAY = Duration.ofSeconds(15);
    private static final String CENTER_PUSHES = "hawser_center_pushes_total";
    private static final String SAVER_PUSHES = "hawser_saver_repushed_total";

    @TempDir
    private static Path home;

    private static Cluster cluster;
    private static RunningPlatform platform;

    @TempDir
    Path positions;

    @BeforeAll
    static void startTheCluster() throws Exception {
        cluster = Cluster.start(home);
        platform = cluster.running();
    }

    @AfterAll
    static void stopTheCluster() {
        cluster.close();
    }

    @Test
    void aClientKilledBeforeItAcknowledgesGetsTheMessageAgain() throws Exception {
        Sender sender = new Sender(platform, "dora").send(1);
        String token = center().issueToken(platform.app(), "dora", "");
        List<String> arguments = List.of(platform.dispatcher(), platform.app(), "dora", token, positions.toString());
        try (HawserProcess client = HawserProcess.start(
                positions.resolve("client.log"), positions, StubbornClient.class.getName(), arguments)) {
            assertThat(client.awaitLine(line -> !line.isEmpty())).isEqualTo("dora-0");
            client.killHard();
        }
        try (Receiver dora = Receiver.connect(platform, "dora", positions)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(dora.texts()).isEqualTo(sender.accepted()));
            assertThat(dora.messages().getFirst().redelivered()).isTrue();
        }
    }

    @Test
    void aRoomKilledWhileSendingLosesNothingAndTheClientGoesElsewhere() throws Exception {
        try (Receiver rosa = bound("rosa")) {
            String room = roomOf("rosa");
            Sender sender = new Sender(platform, "rosa");
            whileSending(sender, 300, () -> cluster.kill(room));
            awaitAll(sender, rosa);
            assertThat(roomOf("rosa")).isNotEqualTo(room);
            cluster.start(room);
        }
    }

    /** Of six users each saver owns some, but for one case in thirty-two. */
    @Test
    void aSaverKilledWhileSendingLosesNothingThatWasAccepted() throws Exception {
        Map<Sender, Receiver> pairs = bound(List.of("sara", "sven", "stan", "sofia", "simon", "sigrid"));
        List<CompletableFuture<?>> sending = new ArrayList<>();
        for (Sender sender : pairs.keySet()) {
            sending.add(CompletableFuture.runAsync(() -> sender.send(100), Thread::startVirtualThread));
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(pairs.keySet())
                        .allMatch(sender -> sender.accepted().size() > 20));
        cluster.kill("saver-1");
        sending.forEach(CompletableFuture::join);
        pairs.forEach(FaultIT::awaitAll);
        cluster.start("saver-1");
        pairs.forEach((sender, receiver) -> awaitAll(sender.send(5), receiver));
        pairs.values().forEach(Receiver::close);
    }

    /** The database stands still, so what is sent is in Redis alone when both savers die. */
    @Test
    void saversKilledBetweenRedisAndMySqlLoseNothingThatWasAccepted() throws Exception {
        try (Receiver mona = bound("mona")) {
            Sender sender = new Sender(platform, "mona").send(5);
            awaitAll(sender, mona);
            await().atMost(SOON).until(() -> !cluster.redis().holds(platform.app(), "mona"));
            cluster.pauseDatabase();
            var sending = CompletableFuture.runAsync(() -> sender.send(1));
            try {
                await().atMost(SOON).until(() -> cluster.redis().holds(platform.app(), "mona"));
                cluster.kill("saver-1");
                cluster.kill("saver-2");
            } finally {
                cluster.resumeDatabase();
            }
            assertThat(sender.accepted()).hasSize(5);
            cluster.start("saver-1", "saver-2");
            sending.join();
            awaitAll(sender.send(3), mona);
        }
    }

    /** The center asks the register where a user is. The register stands still, so the center dies without a push. */
    @Test
    void aCenterKilledBetweenAnswerAndPushStillDeliversWithinFiveSecondsForTheSaversPush() throws Exception {
        Map<Sender, Receiver> pairs = bound(List.of("carl", "cleo", "cora", "cyrus", "clara", "conny"));
        double pushedByCenter = cluster.counted("center-1", CENTER_PUSHES);
        double pushedBySavers = pushedBySavers();
        cluster.pause("register-1");
        try {
            pairs.keySet().forEach(sender -> sender.send(1));
            assertThat(cluster.counted("center-1", CENTER_PUSHES)).isEqualTo(pushedByCenter);
            cluster.kill("center-1");
        } finally {
            cluster.resume("register-1");
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> pairs.forEach(
                        (sender, receiver) -> assertThat(receiver.texts()).isEqualTo(sender.accepted())));
        assertThat(pushedBySavers() - pushedBySavers).isGreaterThanOrEqualTo(pairs.size());
        cluster.start("center-1");
        pairs.values().forEach(Receiver::close);
    }

    @Test
    void redisFlushedUnderLoadLosesNothingAndGivesNoSeqTwice() throws Exception {
        try (Receiver fred = bound("fred")) {
            Sender sender = new Sender(platform, "fred");
            whileSending(sender, 300, () -> cluster.redis().flush());
            whileSending(sender, 300, () -> cluster.redis().flush());
            awaitAll(sender, fred);
            assertThat(sender.names()).doesNotHaveDuplicates();
            assertThat(fred.messages().stream().map(PushMessage::seq)).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWaitsForAUserSurvivesAFlushOfRedis() throws Exception {
        Sender sender = new Sender(platform, "gina").send(10);
        cluster.redis().flush();
        try (Receiver gina = Receiver.connect(platform, "gina", positions)) {
            awaitAll(sender.send(5), gina);
        }
    }

    @Test
    void redisKilledAndStartedEmptyLosesNothingThatWasAccepted() throws Exception {
        try (Receiver rita = bound("rita")) {
            Sender sender = new Sender(platform, "rita");
            whileSendingWithKeys(sender, () -> {
                cluster.redis().kill();
                awaitRefusal(sender);
                cluster.redis().startEmpty();
            });
            awaitExactly(sender, rita);
        }
    }

    @Test
    void mySqlThatStandsStillRefusesAndLosesNothingThatWasAccepted() throws Exception {
        try (Receiver mira = bound("mira")) {
            Sender sender = new Sender(platform, "mira");
            whileSendingWithKeys(sender, () -> {
                cluster.pauseDatabase();
                try {
                    awaitRefusal(sender);
                } finally {
                    cluster.resumeDatabase();
                }
            });
            awaitExactly(sender, mira);
            String refused = sender.refusals().getFirst().text();
            JsonNode again = CenterApi.required(sender.repeat(refused));
            assertThat(again.path("repeated").asBoolean()).isTrue();
            assertThat(again.path("name").asText())
                    .isEqualTo(sender.names().get(sender.accepted().indexOf(refused)));
        }
    }

    /** Away for several times the session's time-out, so everything has to make itself known anew. */
    @Test
    void zooKeeperAwayIsNotNoticedByClientsAndWhenItIsBackARoomCanJoin() throws Exception {
        try (Receiver zoe = bound("zoe")) {
            Sender sender = new Sender(platform, "zoe");
            List<ClientState> states = zoe.states();
            cluster.kill(Cluster.ZOOKEEPER);
            try {
                Instant back = Instant.now().plus(ZOOKEEPER_AWAY);
                while (Instant.now().isBefore(back)) {
                    sender.sendWithKeys(10);
                }
                bound("zelda").close();
            } finally {
                cluster.startZooKeeper();
            }
            cluster.start("room-3");
            awaitOneServedBy("room-3");
            awaitExactly(sender.sendWithKeys(10), zoe);
            assertThat(sender.refusals()).isEmpty();
            assertThat(zoe.states()).isEqualTo(states);
            cluster.kill("room-3");
        }
    }

    /** Which room a client goes to is drawn by lot: that none of forty comes to one of three happens once in 10^7 runs. */
    private void awaitOneServedBy(String room) throws IOException {
        for (int drawn = 0; drawn < 40; drawn++) {
            String user = "zack" + drawn;
            try (Receiver receiver = bound(user)) {
                if (roomOf(user).equals(room)) {
                    awaitExactly(new Sender(platform, user).sendWithKeys(3), receiver);
                    return;
                }
            }
        }
        throw new AssertionError(room + " serves nobody");
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /** Has so many messages accepted, and strikes after a third of them. */
    private static void whileSending(Sender sender, int count, Fault fault) throws Exception {
        int before = sender.accepted().size();
        var sending = CompletableFuture.runAsync(() -> sender.send(count));
        await().atMost(SOON).until(() -> sender.accepted().size() >= before + count / 3);
        fault.strike();
        sending.join();
    }

    /** Each text is repeated under its key until it is accepted; the fault strikes after some. */
    private static void whileSendingWithKeys(Sender sender, Fault fault) throws Exception {
        var sending = CompletableFuture.runAsync(() -> sender.sendWithKeys(200));
        await().atMost(SOON).until(() -> sender.accepted().size() >= 50);
        fault.strike();
        sending.join();
        assertThat(sender.names()).doesNotHaveDuplicates();
        assertThat(sender.refusals())
                .extracting(Refusal::status)
                .containsAnyOf(503, 504)
                .isSubsetOf(503, 504);
    }

    private static void awaitRefusal(Sender sender) {
        await().atMost(SOON).until(() -> !sender.refusals().isEmpty());
    }

    /** All that was accepted has come, in the order of sending, once, and nothing else. */
    private static void awaitExactly(Sender sender, Receiver receiver) {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.texts()).isEqualTo(sender.accepted()));
    }

    /** All that was accepted has come, in the order of sending; what was refused may have come too, in its place. */
    private static void awaitAll(Sender sender, Receiver receiver) {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.texts()).containsAll(sender.accepted()));
        assertThat(receiver.texts()).doesNotHaveDuplicates();
        assertThat(receiver.texts().stream().map(FaultIT::number)).isSorted();
    }

    private static Integer number(String text) {
        return Integer.valueOf(text.substring(text.indexOf('-') + 1));
    }

    private Map<Sender, Receiver> bound(List<String> users) throws IOException {
        Map<Sender, Receiver> pairs = new LinkedHashMap<>();
        for (String user : users) {
            pairs.put(new Sender(platform, user), bound(user));
        }
        return pairs;
    }

    private Receiver bound(String user) throws IOException {
        Receiver receiver = Receiver.connect(platform, user, positions);
        await().atMost(SOON).until(receiver::isBound);
        return receiver;
    }

    private static String roomOf(String user) {
        JsonNode answer = CenterApi.required(center().get("/v1/apps/" + platform.app() + "/users/" + user));
        return answer.path("connections").path(0).path("room").asText();
    }

    private static double pushedBySavers() throws Exception {
        return cluster.counted("saver-1", SAVER_PUSHES) + cluster.counted("saver-2", SAVER_PUSHES);
    }

    private static CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }
}
