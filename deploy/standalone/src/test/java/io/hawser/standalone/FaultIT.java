package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.client.ClientState;
import io.hawser.client.PushMessage;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.cluster.StubbornClient;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private static final Duration REDIS_AWAY = Duration.ofSeconds(20);
    private static final String CENTER_PUSHES = "hawser_center_pushes_total";
    private static final String SAVER_PUSHES = "hawser_saver_repushed_total";
    private static final String WITHOUT_REDIS = "hawser_saver_lanes_without_redis";

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
        try (Conversation rosa = with("rosa")) {
            String room = roomOf("rosa");
            whileSending(rosa.sender(), 300, () -> cluster.kill(room));
            rosa.awaitAll();
            assertThat(roomOf("rosa")).isNotEqualTo(room);
            cluster.start(room);
        }
    }

    /** Of six users each saver owns some, but for one case in thirty-two. */
    @Test
    void aSaverKilledWhileSendingLosesNothingThatWasAccepted() throws Exception {
        List<Conversation> all = with("sara", "sven", "stan", "sofia", "simon", "sigrid");
        var sending = Conversation.inParallel(all, one -> one.sender().send(100));
        Conversation.awaitAccepted(all, 20);
        cluster.kill("saver-1");
        sending.join();
        all.forEach(Conversation::awaitAll);
        cluster.start("saver-1");
        all.forEach(one -> one.sender().send(5));
        all.forEach(Conversation::awaitAll);
        all.forEach(Conversation::close);
    }

    /** The database stands still, so what is sent is in Redis alone when both savers die. */
    @Test
    void saversKilledBetweenRedisAndMySqlLoseNothingThatWasAccepted() throws Exception {
        try (Conversation mona = with("mona")) {
            Sender sender = mona.sender().send(5);
            mona.awaitAll();
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
            sender.send(3);
            mona.awaitAll();
        }
    }

    /** A center asks the register where the user is. The register stands still: the center dies and has pushed nothing. */
    @Test
    void aCenterKilledBetweenAnswerAndPushStillDeliversWithinFiveSecondsForTheSaversPush() throws Exception {
        List<Conversation> all = with("carl", "cleo", "cora", "cyrus", "clara", "conny");
        double pushedByCenter = cluster.counted("center-1", CENTER_PUSHES);
        double pushedBySavers = pushedBySavers();
        cluster.pause("register-1");
        try {
            Conversation.inParallel(all, one -> one.sender().send(1)).join();
            assertThat(all).allMatch(one -> one.receiver().texts().isEmpty());
            assertThat(cluster.counted("center-1", CENTER_PUSHES)).isEqualTo(pushedByCenter);
            cluster.kill("center-1");
        } finally {
            cluster.resume("register-1");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> all.stream().allMatch(Conversation::isComplete));
        assertThat(pushedBySavers() - pushedBySavers).isGreaterThanOrEqualTo(all.size());
        cluster.start("center-1");
        all.forEach(Conversation::close);
    }

    @Test
    void redisFlushedUnderLoadLosesNothingAndGivesNoSeqTwice() throws Exception {
        try (Conversation fred = with("fred")) {
            whileSending(fred.sender(), 300, () -> cluster.redis().flush());
            whileSending(fred.sender(), 300, () -> cluster.redis().flush());
            fred.awaitAll();
            assertThat(fred.sender().names()).doesNotHaveDuplicates();
            assertThat(fred.receiver().messages().stream().map(PushMessage::seq))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWaitsForAUserSurvivesAFlushOfRedis() throws Exception {
        Sender before = new Sender(platform, "gina").send(10);
        cluster.redis().flush();
        try (Receiver gina = Receiver.connect(platform, "gina", positions)) {
            before.send(5);
            await().atMost(SOON).untilAsserted(() -> assertThat(gina.texts()).isEqualTo(before.accepted()));
        }
    }

    @Test
    void redisKilledForLongAndStartedEmptyIsHardlyMissedForMySqlAloneServes() throws Exception {
        withoutRedis("rita", () -> cluster.redis().kill(), () -> cluster.redis().startEmpty());
    }

    /** When it goes on, it does what it was told before it stood still. */
    @Test
    void redisThatStandsStillForLongIsHardlyMissedForMySqlAloneServes() throws Exception {
        withoutRedis(
                "ruth", () -> cluster.redis().pause(), () -> cluster.redis().resume());
    }

    /** Users who are here, one who comes meanwhile, and one who comes afterwards: all get everything, once, in order. */
    private void withoutRedis(String user, Fault goes, Fault comesBack) throws Exception {
        Sender waits = new Sender(platform, "waiting-" + user).sendWithKeys(5);
        Sender waitsOn = new Sender(platform, "patient-" + user).sendWithKeys(5);
        List<Conversation> all = with(user + "-1", user + "-2", user + "-3", user + "-4");
        var sending = Conversation.inParallel(all, one -> one.sender().sendWithKeys(100));
        Conversation.awaitAccepted(all, 25);
        goes.strike();
        try {
            await().atMost(SOON).until(() -> saversWithoutRedis() == 2);
            long backNs = System.nanoTime() + REDIS_AWAY.toNanos();
            sending.join();
            while (System.nanoTime() - backNs < 0) {
                Conversation.inParallel(all, one -> one.sender().sendWithKeys(10))
                        .join();
            }
            all.forEach(Conversation::awaitExactly);
            waits.sendWithKeys(5);
            waitsOn.sendWithKeys(5);
            hasWaitedFor("waiting-" + user, waits);
        } finally {
            comesBack.strike();
        }
        await().atMost(SOON).until(() -> saversWithoutRedis() == 0);
        Conversation.inParallel(all, one -> one.sender().sendWithKeys(20)).join();
        all.forEach(Conversation::awaitExactly);
        all.forEach(one -> assertThat(one.sender().names()).doesNotHaveDuplicates());
        waitsOn.sendWithKeys(5);
        hasWaitedFor("patient-" + user, waitsOn);
        all.forEach(Conversation::close);
    }

    private void hasWaitedFor(String user, Sender sender) throws IOException {
        try (Receiver receiver = Receiver.connect(platform, user, positions)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(receiver.texts()).isEqualTo(sender.accepted()));
        }
    }

    /** Nobody learns whether what was in hand had been accepted, until the repeat under the same key is answered. */
    @Test
    void mySqlThatStandsStillRefusesAndLosesNothingThatWasAccepted() throws Exception {
        List<Conversation> all = with("mira", "milo", "maya", "marc");
        var sending = Conversation.inParallel(all, one -> one.sender().sendWithKeys(100));
        Conversation.awaitAccepted(all, 25);
        cluster.pauseDatabase();
        try {
            Conversation.awaitRefusals(all);
        } finally {
            cluster.resumeDatabase();
        }
        sending.join();
        all.forEach(Conversation::awaitExactlyThoughRefused);
        all.forEach(Conversation::close);
    }

    /** An operator chose that for it: it is told, and what is sent comes when MySQL goes on. */
    @Test
    void mySqlThatStandsStillIsNoOutageForAnAppThatIsAvailable() throws Exception {
        RunningPlatform available = cluster.withApp("available", Map.of("available", true));
        try (Conversation ava = Conversation.withNew("ava", available, positions)) {
            ava.sender().sendWithKeys(5);
            cluster.pauseDatabase();
            try {
                ava.sender().sendWithKeys(10);
            } finally {
                cluster.resumeDatabase();
            }
            assertThat(ava.sender().durabilities().subList(5, 15)).contains("SPOOLED");
            ava.sender().sendWithKeys(5);
            ava.awaitExactly();
        }
    }

    @Test
    void zooKeeperKilledIsNotNoticedByClientsAndWhenItIsBackARoomCanJoin() throws Exception {
        withoutZooKeeper("zoe", () -> cluster.kill(Cluster.ZOOKEEPER), cluster::startZooKeeper);
    }

    /** Connections to it stay open, and what it was told meanwhile it reads when it goes on. */
    @Test
    void zooKeeperThatStandsStillIsNotNoticedByClientsAndWhenItGoesOnARoomCanJoin() throws Exception {
        withoutZooKeeper("zora", () -> cluster.pause(Cluster.ZOOKEEPER), () -> cluster.resume(Cluster.ZOOKEEPER));
    }

    /** For several times the session's time-out: when it is back, everything has to make itself known anew. */
    private void withoutZooKeeper(String user, Fault goes, Fault comesBack) throws Exception {
        try (Conversation one = with(user)) {
            List<ClientState> states = one.receiver().states();
            goes.strike();
            try {
                long backNs = System.nanoTime() + ZOOKEEPER_AWAY.toNanos();
                while (System.nanoTime() - backNs < 0) {
                    one.sender().sendWithKeys(10);
                }
                with("late-" + user).close();
                one.awaitExactly();
                assertThat(one.sender().refusals()).isEmpty();
                assertThat(one.receiver().states()).isEqualTo(states);
            } finally {
                comesBack.strike();
            }
            aRoomJoinsAndServes("new-" + user);
            one.sender().sendWithKeys(10);
            one.awaitExactly();
        }
    }

    /** Which room a client goes to is drawn by lot: that none of forty comes to one of three happens once in 10^7 runs. */
    private void aRoomJoinsAndServes(String oneOf) throws Exception {
        cluster.start("room-3");
        String served = "";
        for (int drawn = 0; drawn < 40 && served.isEmpty(); drawn++) {
            String user = oneOf + drawn;
            try (Conversation one = with(user)) {
                one.sender().sendWithKeys(3);
                one.awaitExactly();
                served = roomOf(user).equals("room-3") ? user : "";
            }
        }
        assertThat(served).as("who is served by room-3").isNotEmpty();
        cluster.kill("room-3");
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

    private List<Conversation> with(String... users) throws IOException {
        List<Conversation> all = new ArrayList<>();
        for (String user : users) {
            all.add(with(user));
        }
        return all;
    }

    private Conversation with(String user) throws IOException {
        return Conversation.with(user, platform, positions);
    }

    private static String roomOf(String user) {
        JsonNode answer = CenterApi.required(center().get("/v1/apps/" + platform.app() + "/users/" + user));
        return answer.path("connections").path(0).path("room").asText();
    }

    private static double saversWithoutRedis() throws Exception {
        return cluster.counted("saver-1", WITHOUT_REDIS) + cluster.counted("saver-2", WITHOUT_REDIS);
    }

    private static double pushedBySavers() throws Exception {
        return cluster.counted("saver-1", SAVER_PUSHES) + cluster.counted("saver-2", SAVER_PUSHES);
    }

    private static CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }
}
