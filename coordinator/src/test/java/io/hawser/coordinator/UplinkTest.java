package io.hawser.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.ReadOutboxRequest;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Uplinks from a room to a real HTTP server, through coordinators and a saver on real stores. Each test has an app and a
 * back end of its own; coordinator-1 is always there.
 */
class UplinkTest {
    private static final int ENDPOINTS = 50;
    private static final int UPLINKS = 40;
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Quick, and so little memory that most is read from the store again. */
    private static final Map<String, String> QUICK = Map.of(
            "uplinks.firstProbe", "50ms",
            "uplinks.maxProbe", "200ms",
            "uplinks.rescanEvery", "300ms",
            "uplinks.retrySchedule", "[50ms, 100ms]",
            "uplinks.parkAfter", "70ms",
            "uplinks.maxInFlightPerApp", "8",
            "uplinks.maxHeldPerApp", "300",
            "uplinks.maxHeldBytes", "64KiB",
            "uplinks.maxHeldPerStream", "8");

    private static UpCluster cluster;

    private final BackEnd backEnd = new BackEnd();

    @BeforeAll
    static void startCluster() {
        cluster = new UpCluster();
        cluster.startCoordinator("coordinator-1", QUICK);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void stopBackEnd() {
        backEnd.close();
    }

    @Test
    void anUplinkReachesTheBackEndSigned() {
        cluster.putApp("first", UpCluster.callback("all", backEnd).build());

        cluster.carryUntilTaken(UpCluster.uplink("first", "alice", 1).build());

        await().until(() -> backEnd.calls().size() == 1);
        BackEnd.Call call = backEnd.calls().getFirst();
        assertThat(call.signed()).isTrue();
        assertThat(call.body())
                .matches(
                        "\\{\"type\":\"uplink\",\"timestamp\":\"[-0-9T:.]*Z\",\"data\":\\{\"app\":\"first\","
                                + "\"user\":\"alice\",\"device\":\"phone\",\"route\":\"orders\",\"number\":1,\"text\":\"order 1\"}}");
    }

    @Test
    void aRouteThatNoCallbackTakesIsRefused() {
        cluster.putApp(
                "routes",
                UpCluster.callback("some", backEnd)
                        .clearRoutes()
                        .addRoutes("chat.*")
                        .build());

        await().untilAsserted(() -> assertThatThrownBy(() ->
                        cluster.carry(UpCluster.uplink("routes", "alice", 1).build()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessage("route: orders (expected: one that a callback of the app takes)"));
    }

    /** Who is refused for good forgets its uplink, so a copy of the directory that is old refuses nothing. */
    @Test
    void whatACallbackTakesSinceAMomentAgoIsStoredAtOnce() {
        Map<String, String> slow = new HashMap<>(QUICK);
        slow.put("directory.poll", "10m");
        cluster.kill("coordinator-1");
        cluster.startCoordinator("coordinator-9", slow);
        try {
            cluster.putApp(
                    "anew", UpCluster.callback("all", backEnd).clearRoutes().build());
            assertThatThrownBy(() ->
                            cluster.carry(UpCluster.uplink("anew", "alice", 1).build()))
                    .hasMessage("route: orders (expected: one that a callback of the app takes)");
            cluster.putApp("anew", UpCluster.callback("all", backEnd).build());

            assertThat(cluster.carry(UpCluster.uplink("anew", "alice", 1).build())
                            .getStored())
                    .isEqualTo(1);
        } finally {
            cluster.kill("coordinator-9");
            cluster.startCoordinator("coordinator-1", QUICK);
        }
    }

    /** R12, through what a night may bring. */
    @Test
    void whatWasAcknowledgedArrivesInOrderWhateverDies() throws Exception {
        cluster.putApp("faults", UpCluster.callback("all", backEnd).build());
        CountDownLatch someSent = new CountDownLatch(300);
        CountDownLatch mostSent = new CountDownLatch(1_000);
        backEnd.behave(call -> new BackEnd.Answer(503, "down", "1"));

        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> sending = IntStream.range(0, ENDPOINTS)
                    .mapToObj(i -> clients.submit(() -> sendAll("user-" + i, sent -> {
                        someSent.countDown();
                        mostSent.countDown();
                    })))
                    .toList();
            someSent.await();
            cluster.startCoordinator("coordinator-2", QUICK);
            cluster.flushRedis();
            backEnd.behave(call -> new BackEnd.Answer(204, ""));
            await().atMost(LONG).until(() -> backEnd.taken().size() > 200);
            cluster.kill("coordinator-2");
            mostSent.await();
            cluster.startCoordinator("coordinator-3", QUICK);
            for (Future<?> client : sending) {
                client.get();
            }
            cluster.kill("coordinator-3");
        }

        await().atMost(LONG).until(() -> countOfNumbers() == ENDPOINTS * UPLINKS);
        assertThat(numbersByUser())
                .allSatisfy((user, numbers) -> assertThat(numbers)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, UPLINKS).boxed().toList()));
        assertThat(webhookIds()).allSatisfy((uplink, ids) -> assertThat(ids).hasSize(1));
        assertThat(backEnd.calls()).allMatch(BackEnd.Call::signed);
    }

    @Test
    void aPoisonedUplinkBecomesADeadLetterAndTheOrderGoesOn() {
        cluster.putApp("poison", UpCluster.callback("all", backEnd).build());
        backEnd.behave(call -> new BackEnd.Answer(call.data().path("number").asLong() == 2 ? 400 : 204, ""));
        LongStream.rangeClosed(1, 3)
                .forEach(number -> cluster.carryUntilTaken(
                        UpCluster.uplink("poison", "alice", number).build()));

        await().atMost(LONG).until(() -> countOfNumbers() == 2);
        assertThat(backEnd.calls())
                .extracting(call -> call.data().path("number").asLong())
                .containsExactly(1L, 2L, 2L, 2L, 3L);
        await().atMost(LONG).until(() -> letters("poison").size() == 1);
        DeadLetter letter = letters("poison").getFirst();
        assertThat(letter.getItem().getLastError()).isEqualTo("HTTP 400");
        assertThat(letter.getItem().getAttempts()).isEqualTo(3);

        backEnd.behave(call -> new BackEnd.Answer(204, ""));
        RedriveDeadLettersRequest redrive = RedriveDeadLettersRequest.newBuilder()
                .setApp("poison")
                .addIds(letter.getItem().getId())
                .build();
        assertThat(cluster.ofSaver(OutboxGrpc.getRedriveDeadLettersMethod(), redrive)
                        .getLetters())
                .isEqualTo(1);

        await().atMost(LONG).until(() -> countOfNumbers() == 3);
        assertThat(backEnd.taken().getLast().webhookId())
                .isEqualTo(letter.getItem().getWebhookId());
    }

    @Test
    void aReplyIsAMessageInTheMailboxOfWhoAsked() {
        cluster.putApp("replies", UpCluster.callback("all", backEnd).build());
        int slot = Slot.of("replies", "alice");
        OpenMailboxRequest open = OpenMailboxRequest.newBuilder()
                .setApp("replies")
                .setUser("alice")
                .setMailbox("user")
                .build();
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> cluster.ofSaver(slot, SaverGrpc.getOpenMailboxMethod(), open) != null);
        backEnd.behave(call -> new BackEnd.Answer(
                200, "{\"reply\":{\"text\":\"done\",\"headers\":{\"price\":\"7\"},\"ttl_seconds\":2592000}}"));

        cluster.carryUntilTaken(
                UpCluster.uplink("replies", "alice", 1).setCorrelation("q-1").build());

        LoadRequest load = LoadRequest.newBuilder()
                .setApp("replies")
                .setUser("alice")
                .setMailbox("user")
                .build();
        await().atMost(LONG)
                .until(() ->
                        cluster.ofSaver(slot, SaverGrpc.getLoadMethod(), load).getMessagesCount() == 1);
        LoadReply loaded = cluster.ofSaver(slot, SaverGrpc.getLoadMethod(), load);
        Content content = content(loaded);
        assertThat(content.getBody().toStringUtf8()).isEqualTo("done");
        assertThat(content.getHeadersMap()).containsEntry("in-reply-to", "q-1").containsEntry("price", "7");
        assertThat(content.getId()).startsWith("reply-msg_");
        assertThat(content.getExpiresMs() - content.getSentMs())
                .as("no longer than the app's messages may live")
                .isEqualTo(1_000L * UpCluster.MAX_TTL_SECONDS);
    }

    @Test
    void anUplinkThatIsNotStoredIsTriedOnce() {
        cluster.putApp("once", UpCluster.callback("all", backEnd).build());
        cluster.carryUntilTaken(UpCluster.uplink("once", "alice", 0).build());
        assertThat(backEnd.calls()).hasSize(1);

        backEnd.behave(call -> new BackEnd.Answer(404, ""));
        assertThatThrownBy(
                        () -> cluster.carry(UpCluster.uplink("once", "alice", 0).build()))
                .hasMessage("callback: HTTP 404");
        assertThat(backEnd.calls()).hasSize(2);
    }

    /** Nothing else goes to the callback that could find out. */
    @Test
    void whatIsNotStoredFindsOutThatItsBackEndIsUpAgain() {
        int port = freePort();
        cluster.putApp(
                "asked",
                UpCluster.callback("all", backEnd)
                        .clearUrls()
                        .addUrls("http://127.0.0.1:" + port + "/")
                        .build());
        await().untilAsserted(() -> assertThatThrownBy(() ->
                        cluster.carry(UpCluster.uplink("asked", "alice", 0).build()))
                .hasMessage("callback: the back end is down"));

        try (BackEnd back = new BackEnd(port)) {
            List<BackEnd.Answer> troubles = List.of(
                    new BackEnd.Answer(500, ""),
                    new BackEnd.Answer(500, ""),
                    new BackEnd.Answer(429, ""),
                    new BackEnd.Answer(204, ""));
            back.behave(call -> troubles.get(Math.min(back.calls().size(), troubles.size() - 1)));

            cluster.carryUntilTaken(UpCluster.uplink("asked", "alice", 0).build());
            cluster.carry(UpCluster.uplink("asked", "alice", 0).build());

            assertThat(back.calls()).extracting(BackEnd.Call::status).containsExactly(500, 500, 429, 204, 204);
        }
    }

    @Test
    void whatIsNotStoredGoesToAnotherAddressWhereOneIsNotThere() {
        cluster.putApp(
                "spare",
                UpCluster.callback("all", backEnd)
                        .addUrls("http://127.0.0.1:" + freePort() + "/")
                        .build());
        cluster.carryUntilTaken(UpCluster.uplink("spare", "alice", 0).build());

        IntStream.range(0, 5)
                .forEach(
                        i -> cluster.carry(UpCluster.uplink("spare", "alice", 0).build()));

        assertThat(backEnd.taken()).hasSize(6);
    }

    @Test
    void whoAsksIsToldAtOnceThatTheAnswerIsNoReply() {
        cluster.putApp("asks", UpCluster.callback("all", backEnd).build());
        cluster.carryUntilTaken(UpCluster.uplink("asks", "alice", 0).build());
        for (String answer : List.of("", "not JSON", "{\"reply\":{\"txt\":\"x\"}}", "x".repeat(70_000))) {
            backEnd.behave(call -> new BackEnd.Answer(200, answer));

            assertThatThrownBy(() -> cluster.carry(UpCluster.uplink("asks", "alice", 0)
                            .setCorrelation("q-1")
                            .build()))
                    .isInstanceOfSatisfying(
                            HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                    .hasMessageMatching("callback: (answer|reply): .*");
        }
        assertThat(backEnd.calls()).hasSize(5);
    }

    @Test
    void whatIsForADisabledOrRemovedCallbackWaits() {
        cluster.putApp(
                "waits", UpCluster.callback("all", backEnd).setDisabled(true).build());
        cluster.carryUntilTaken(UpCluster.uplink("waits", "alice", 1).build());
        cluster.putApp("waits");
        await().untilAsserted(() -> assertThatThrownBy(() ->
                        cluster.carry(UpCluster.uplink("waits", "alice", 0).build()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION)));
        assertThat(backEnd.calls()).isEmpty();

        cluster.putApp("waits", UpCluster.callback("all", backEnd).build());

        await().atMost(LONG).until(() -> countOfNumbers() == 1);
    }

    @Test
    void anotherAddressTakesOverWhereOneIsNotThere() {
        cluster.putApp(
                "balanced",
                UpCluster.callback("all", backEnd)
                        .addUrls("http://127.0.0.1:" + freePort() + "/")
                        .build());

        LongStream.rangeClosed(1, 5)
                .forEach(number -> cluster.carryUntilTaken(
                        UpCluster.uplink("balanced", "alice", number).build()));

        await().atMost(LONG).until(() -> countOfNumbers() == 5);
        assertThat(letters("balanced")).isEmpty();
    }

    @Test
    void whereCallbacksMayNotGoNothingGoesAndTheDeadLetterSaysSo() {
        Map<String, String> strict = new HashMap<>(QUICK);
        strict.put("webhooks.allowedNetworks", "[]");
        strict.put("uplinks.giveUpAfter", "1ms");
        cluster.kill("coordinator-1");
        cluster.startCoordinator("coordinator-9", strict);
        try {
            cluster.putApp("inside", UpCluster.callback("all", backEnd).build());
            cluster.carryUntilTaken(UpCluster.uplink("inside", "alice", 1).build());

            await().atMost(LONG).until(() -> letters("inside").size() == 1);
            assertThat(letters("inside").getFirst().getItem().getLastError())
                    .isEqualTo("no back end took it in time: PERMISSION_DENIED: 127.0.0.1: 127.0.0.1"
                            + " (expected: an address outside of webhooks.deniedNetworks)");
            assertThat(backEnd.calls()).isEmpty();
        } finally {
            cluster.kill("coordinator-9");
            cluster.startCoordinator("coordinator-1", QUICK);
        }
    }

    @Test
    void anOutageOfTheBackEndCostsNoAttempts() {
        int port = freePort();
        cluster.putApp(
                "outage",
                UpCluster.callback("all", backEnd)
                        .clearUrls()
                        .addUrls("http://127.0.0.1:" + port + "/")
                        .build());
        cluster.carryUntilTaken(UpCluster.uplink("outage", "alice", 1).build());
        double before = cluster.count("coordinator-1", "hawser.coordinator.forwarded", "outcome", "target-down");
        await().atMost(LONG)
                .until(() -> cluster.count("coordinator-1", "hawser.coordinator.forwarded", "outcome", "target-down")
                        >= before + 5);

        try (BackEnd back = new BackEnd(port)) {
            await().atMost(LONG).until(() -> back.taken().size() == 1);
        }
        assertThat(letters("outage")).isEmpty();
    }

    /** Those whose failures told that it is down try it first, and are read again after that. */
    @Test
    void whatFoundTheBackEndDownGoesAtOnceWhenItIsUp() {
        Map<String, String> patient = new HashMap<>(QUICK);
        patient.put("uplinks.retrySchedule", "[1h]");
        patient.put("uplinks.parkAfter", "2h");
        cluster.kill("coordinator-1");
        cluster.startCoordinator("coordinator-9", patient);
        try {
            cluster.putApp("broken", UpCluster.callback("all", backEnd).build());
            backEnd.behave(call -> new BackEnd.Answer(500, ""));
            IntStream.range(0, 5)
                    .forEach(user -> cluster.carryUntilTaken(
                            UpCluster.uplink("broken", "user-" + user, 1).build()));
            await().atMost(LONG).until(() -> backEnd.calls().size() >= 12);
            await().untilAsserted(
                            () -> assertThat(pending("broken")).hasSize(5).allMatch(item -> item.getAttempts() == 0));

            backEnd.behave(call -> new BackEnd.Answer(204, ""));
            await().atMost(LONG).until(() -> countOfNumbers() == 5);
        } finally {
            cluster.kill("coordinator-9");
            cluster.startCoordinator("coordinator-1", QUICK);
        }
    }

    /** What waits for a back end that is down leaves room for the others, and goes up once it is back. */
    @Test
    void anAppWhoseBackEndIsDownStopsNoOther() {
        cluster.putApp("down", UpCluster.callback("all", backEnd).build());
        backEnd.behave(call -> new BackEnd.Answer(503, "down", "1"));
        ByteString large = ByteString.copyFromUtf8("x".repeat(16_384));
        IntStream.range(0, 10)
                .forEach(user -> LongStream.rangeClosed(1, 3)
                        .forEach(number -> cluster.carryUntilTaken(UpCluster.uplink("down", "user-" + user, number)
                                .setBody(large)
                                .build())));

        try (BackEnd healthy = new BackEnd()) {
            cluster.putApp("healthy", UpCluster.callback("all", healthy).build());
            cluster.carryUntilTaken(UpCluster.uplink("healthy", "alice", 1).build());
            await().atMost(LONG).until(() -> healthy.taken().size() == 1);
        }
        backEnd.behave(call -> new BackEnd.Answer(204, ""));
        await().atMost(LONG).until(() -> countOfNumbers() == 30);
        assertThat(numbersByUser())
                .allSatisfy((user, numbers) -> assertThat(numbers).containsExactly(1L, 2L, 3L));
    }

    @Test
    void aCallbackWhoseBackEndIsDownStopsNoOtherOfItsApp() {
        int port = freePort();
        cluster.putApp(
                "mixed",
                UpCluster.callback("chats", backEnd)
                        .clearRoutes()
                        .addRoutes("chat")
                        .clearUrls()
                        .addUrls("http://127.0.0.1:" + port + "/")
                        .build(),
                UpCluster.callback("rest", backEnd).build());
        ByteString large = ByteString.copyFromUtf8("x".repeat(16_384));
        IntStream.range(0, 10)
                .forEach(user -> cluster.carryUntilTaken(UpCluster.uplink("mixed", "chat-" + user, 1)
                        .setRoute("chat")
                        .setBody(large)
                        .build()));

        IntStream.range(0, 10)
                .forEach(user -> cluster.carryUntilTaken(
                        UpCluster.uplink("mixed", "user-" + user, 1).build()));

        await().atMost(LONG).until(() -> countOfNumbers() == 10);
        await().until(() -> cluster.gauge("coordinator-1", "hawser.coordinator.held") == 0);
        try (BackEnd back = new BackEnd(port)) {
            await().atMost(LONG).until(() -> back.taken().size() == 10);
        }
    }

    private static void sendAll(String user, Consumer<Long> sent) {
        for (long number = 1; number <= UPLINKS; number++) {
            cluster.carryUntilTaken(UpCluster.uplink("faults", user, number).build());
            sent.accept(number);
        }
    }

    private static List<DeadLetter> letters(String app) {
        return cluster.ofSaver(
                        OutboxGrpc.getListDeadLettersMethod(),
                        ListDeadLettersRequest.newBuilder().setApp(app).build())
                .getLettersList();
    }

    private static List<OutboxItem> pending(String app) {
        ReadOutboxRequest all = ReadOutboxRequest.newBuilder()
                .setApp(app)
                .addSlotRanges(0)
                .addSlotRanges(Slot.COUNT - 1)
                .build();
        return cluster.ofSaver(OutboxGrpc.getReadOutboxMethod(), all).getItemsList();
    }

    private static Content content(LoadReply loaded) {
        try {
            return Content.parseFrom(loaded.getMessages(0).getContent());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int countOfNumbers() {
        return numbersByUser().values().stream().mapToInt(Set::size).sum();
    }

    /** In the order in which each number was taken first: what comes again is a duplicate. */
    private Map<String, Set<Long>> numbersByUser() {
        Map<String, Set<Long>> numbers = new LinkedHashMap<>();
        for (BackEnd.Call call : backEnd.taken()) {
            numbers.computeIfAbsent(call.data().path("user").asText(), user -> new LinkedHashSet<>())
                    .add(call.data().path("number").asLong());
        }
        return numbers;
    }

    private Map<String, Set<String>> webhookIds() {
        Map<String, Set<String>> ids = new LinkedHashMap<>();
        backEnd.calls()
                .forEach(call -> ids.computeIfAbsent(call.uplink(), uplink -> new LinkedHashSet<>())
                        .add(call.webhookId()));
        return ids;
    }
}
