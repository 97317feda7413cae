package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.client.PushMessage;
import io.hawser.standalone.cluster.Cluster;
import io.hawser.standalone.cluster.HawserProcess;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.cluster.StubbornClient;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
        List<String> users = List.of("sara", "sven", "stan", "sofia", "simon", "sigrid");
        Map<Sender, Receiver> pairs = new LinkedHashMap<>();
        for (String user : users) {
            pairs.put(new Sender(platform, user), bound(user));
        }
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
            await().atMost(SOON).until(() -> !redisHolds("mona"));
            cluster.pauseDatabase();
            var sending = CompletableFuture.runAsync(() -> sender.send(1));
            try {
                await().atMost(SOON).until(() -> redisHolds("mona"));
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

    @Test
    void aCenterKilledRightAfterItAnsweredStillDeliversWithinFiveSeconds() throws Exception {
        try (Receiver carl = bound("carl")) {
            Sender sender = new Sender(platform, "carl");
            for (int round = 0; round < 3; round++) {
                sender.send(1);
                cluster.kill("center-1");
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(carl.texts()).isEqualTo(sender.accepted()));
                cluster.start("center-1");
            }
        }
    }

    @Test
    void redisFlushedUnderLoadLosesNothingAndGivesNoSeqTwice() throws Exception {
        try (Receiver fred = bound("fred")) {
            Sender sender = new Sender(platform, "fred");
            whileSending(sender, 300, FaultIT::flushRedis);
            whileSending(sender, 300, FaultIT::flushRedis);
            awaitAll(sender, fred);
            assertThat(sender.names()).doesNotHaveDuplicates();
            assertThat(fred.messages().stream().map(PushMessage::seq)).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWaitsForAUserSurvivesAFlushOfRedis() throws Exception {
        Sender sender = new Sender(platform, "gina").send(10);
        flushRedis();
        try (Receiver gina = Receiver.connect(platform, "gina", positions)) {
            awaitAll(sender.send(5), gina);
        }
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

    /** All that was accepted has come, in the order of sending; what was refused may have come too, in its place. */
    private static void awaitAll(Sender sender, Receiver receiver) {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.texts()).containsAll(sender.accepted()));
        assertThat(receiver.texts()).doesNotHaveDuplicates();
        assertThat(receiver.texts().stream().map(FaultIT::number)).isSorted();
    }

    private static Integer number(String text) {
        return Integer.valueOf(text.substring(text.indexOf('-') + 1));
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

    private static CenterApi center() {
        return new CenterApi(platform.center(), platform.apiKey());
    }

    private static void flushRedis() throws IOException {
        assertThat(redis("FLUSHALL", 5)).isEqualTo("+OK\r\n");
    }

    /** Whether messages of the user wait in Redis. */
    private static boolean redisHolds(String user) throws IOException {
        return !redis("KEYS *}l:" + platform.app() + "/" + user, 4).equals("*0\r\n");
    }

    /** The first bytes of the answer to a command. */
    private static String redis(String command, int bytes) throws IOException {
        try (Socket redis = new Socket(cluster.redis().host(), cluster.redis().port())) {
            OutputStream out = redis.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(redis.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
        }
    }
}
