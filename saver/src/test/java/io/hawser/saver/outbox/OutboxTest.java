package io.hawser.saver.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendEventsReply;
import io.hawser.rpc.v1.AppendEventsRequest;
import io.hawser.rpc.v1.AppendUplinkReply;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.DeferOutboxRequest;
import io.hawser.rpc.v1.Deferral;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.ListDeadLettersReply;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.ListOutboxAppsRequest;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.ReadDueWatchesRequest;
import io.hawser.rpc.v1.ReadOutboxReply;
import io.hawser.rpc.v1.ReadOutboxRequest;
import io.hawser.rpc.v1.RedriveDeadLettersReply;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import io.hawser.rpc.v1.SettleOutboxRequest;
import io.hawser.rpc.v1.SettleWatchesRequest;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.ToldOnline;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The outbox as coordinators see it: over a link, on a real MariaDB. Each test has an app of its own. */
final class OutboxTest {
    private static final ByteString PHONE = ByteString.copyFromUtf8("nonce of a phone");

    private static EmbeddedMariaDb mariaDb;
    private static Database database;
    private static Outbox outbox;
    private static LinkServer server;
    private static LinkClient savers;

    @BeforeAll
    static void startEverything() {
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        outbox = new Outbox(database.stores(), BatchSettings.defaults(), Clock.systemUTC(), meters);
        LinkServer.Builder builder = LinkServer.builder(LinkServerSettings.defaults(), meters);
        outbox.addTo(builder);
        server = builder.start("127.0.0.1", 0);
        savers = new LinkClient("test", "saver", only(server.port()), LinkSettings.defaults(), meters);
    }

    @AfterAll
    static void stopEverything() {
        savers.close();
        server.close();
        outbox.close();
        database.close();
        mariaDb.close();
    }

    @Test
    void whatIsStoredIsReadInOrderUntilItIsSettled() {
        OutboxItem first = append("order", "alice", 1, 0).getItem();
        OutboxItem second = append("order", "alice", 2, 1).getItem();

        assertThat(second.getId()).isGreaterThan(first.getId());
        assertThat(second.getAfterOrdinal()).isEqualTo(first.getOrdinal());
        assertThat(read("order").getItemsList()).containsExactly(first, second);

        settle(first);
        assertThat(read("order").getItemsList()).containsExactly(second);
        settle(first, second);
        assertThat(read("order").getItemsList()).isEmpty();
        assertThat(append("order", "alice", 3, 2).getItem().getAfterOrdinal())
                .as("nothing has to go first")
                .isZero();
    }

    @Test
    void aRepeatIsToldAsSuchAndOneWhoseForerunnerIsMissingIsRefused() {
        append("repeat", "alice", 1, 0);

        AppendUplinkReply again = append("repeat", "alice", 1, 0);
        assertThat(again.hasItem()).isFalse();
        assertThat(again.getOutOfOrder()).isFalse();
        assertThat(again.getStored()).isEqualTo(1);

        AppendUplinkReply early = append("repeat", "alice", 4, 3);
        assertThat(early.getOutOfOrder()).isTrue();
        assertThat(early.getStored()).isEqualTo(1);
        assertThat(read("repeat").getItemsCount()).isEqualTo(1);
    }

    @Test
    void numbersMayBeginAnywhereAndHaveGaps() {
        assertThat(append("gaps", "alice", 17, 0).getStored()).isEqualTo(17);
        assertThat(append("gaps", "alice", 23, 17).getStored()).isEqualTo(23);
        assertThat(append("gaps", "alice", 40, 0).hasItem()).isTrue();
    }

    @Test
    void installationsOfADeviceCountEachForItself() {
        append("installations", "alice", 5, 0);
        AppendUplinkRequest other = uplink("installations", "alice", 1, 0)
                .setInstallationNonce(ByteString.copyFromUtf8("after a reset"))
                .build();

        assertThat(call(OutboxGrpc.getAppendUplinkMethod(), other).getItem().getOrdinal())
                .isEqualTo(2);
    }

    @Test
    void whatIsSentWithoutWaitingForAnswersIsStoredInItsOrder() {
        List<CompletableFuture<AppendUplinkReply>> sent = new ArrayList<>();
        for (int number = 1; number <= 300; number++) {
            for (String user : List.of("alice", "bob", "carol")) {
                sent.add(send(
                        OutboxGrpc.getAppendUplinkMethod(),
                        uplink("burst", user, number, number - 1).build()));
            }
        }
        List<OutboxItem> items =
                sent.stream().map(reply -> reply.join().getItem()).toList();

        assertThat(items).noneMatch(item -> item.getId() == 0);
        for (String user : List.of("alice", "bob", "carol")) {
            List<OutboxItem> own =
                    items.stream().filter(item -> item.getUser().equals(user)).toList();
            assertThat(own).extracting(OutboxItem::getId).isSorted();
            assertThat(own)
                    .extracting(OutboxItem::getAfterOrdinal)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 300).mapToObj(i -> (long) i).toList());
        }
        ReadOutboxReply page = read("burst");
        assertThat(page.getMore()).isTrue();
        assertThat(page.getItemsCount()).isEqualTo(500);
    }

    @Test
    void aWebhookIdIsOfTheUplinkAndForEver() {
        String id = append("webhooks", "alice", 1, 0).getItem().getWebhookId();
        assertThat(id).matches("msg_[0-9a-f]{32}");
        assertThat(read("webhooks").getItems(0).getWebhookId()).isEqualTo(id);
        assertThat(append("webhooks", "alice", 2, 1).getItem().getWebhookId()).isNotEqualTo(id);
    }

    @Test
    void anAppThatHasTooMuchUndeliveredIsRefusedButNotItsRepeats() {
        append("full", "alice", 1, 0);
        append("full", "alice", 2, 1);

        // What was stored before is counted beside, and nobody waits for that: one may get in meanwhile.
        AtomicLong last = new AtomicLong(2);
        await().until(() -> isRefused(() -> append("full", "alice", last.get() + 1, last.get(), 2)) || next(last));
        assertThat(append("full", "alice", last.get(), last.get() - 1, 2).getStored())
                .isEqualTo(last.get());
        assertThat(last.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void nobodyWaitsForACountOfWhatIsUndelivered() {
        CountDownLatch mayCount = new CountDownLatch(1);
        StoreCalls slow =
                new StoreCalls("slow", BatchSettings.defaults(), heldUntil(mayCount), new SimpleMeterRegistry());
        append("counted", "alice", 1, 0);
        append("counted", "alice", 2, 1);
        AppendUplinkRequest next =
                uplink("counted", "alice", 3, 2).setMaxPending(2).build();
        List<Append> appends =
                List.of(new Append.Uplink(StreamId.ofUplinks("counted", "alice", next.getDevice()), next));
        try (Pending pending = new Pending(slow, () -> 0)) {
            pending.refresh(appends);
            assertThat(pending.takes(appends.getFirst())).as("not counted yet").isTrue();
            mayCount.countDown();
            await().until(() -> !pending.takes(appends.getFirst()));
        } finally {
            mayCount.countDown();
        }
    }

    @Test
    void ofInstallationsThatADeviceDrawsAnewTheNewestFewAreKept() throws SQLException {
        int many = 3 * StreamRows.MAX_INSTALLATIONS;
        for (int installation = 1; installation <= many; installation++) {
            assertThat(call(OutboxGrpc.getAppendUplinkMethod(), ofInstallation(installation, 1, 0))
                            .hasItem())
                    .isTrue();
        }
        assertThat(call(OutboxGrpc.getAppendUplinkMethod(), ofInstallation(many, 2, 1))
                        .getStored())
                .isEqualTo(2);
        assertThat(number("SELECT COUNT(*) FROM outbox_installation JOIN outbox_stream USING (stream)"
                        + " WHERE app = 'fresh'"))
                .isEqualTo(StreamRows.MAX_INSTALLATIONS);
        AppendUplinkReply forgotten = call(OutboxGrpc.getAppendUplinkMethod(), ofInstallation(1, 2, 1));
        assertThat(forgotten.getOutOfOrder()).as("goes back and on").isTrue();
        assertThat(forgotten.getStored()).isZero();
        assertThat(call(OutboxGrpc.getAppendUplinkMethod(), ofInstallation(1, 2, 0))
                        .hasItem())
                .isTrue();
    }

    @Test
    void aReadIsOfTheSlotsAskedForAndOfOneStreamWhereNamed() {
        append("slots", "alice", 1, 0);
        append("slots", "bob", 1, 0);
        int slot = Slot.of("slots", "bob");

        ReadOutboxRequest bobs = ReadOutboxRequest.newBuilder()
                .setApp("slots")
                .addSlotRanges(slot)
                .addSlotRanges(slot)
                .build();
        assertThat(call(OutboxGrpc.getReadOutboxMethod(), bobs).getItemsList())
                .extracting(OutboxItem::getUser)
                .containsExactly("bob");
        ReadOutboxRequest alices = ReadOutboxRequest.newBuilder()
                .setApp("slots")
                .setUser("alice")
                .setDevice("phone")
                .build();
        assertThat(call(OutboxGrpc.getReadOutboxMethod(), alices).getItemsList())
                .extracting(OutboxItem::getUser)
                .containsExactly("alice");
        assertThat(call(OutboxGrpc.getListOutboxAppsMethod(), ListOutboxAppsRequest.getDefaultInstance())
                        .getAppsList())
                .contains("slots");
    }

    @Test
    void attemptsAreKeptForWhoTriesNext() {
        OutboxItem item = append("deferred", "alice", 1, 0).getItem();
        call(
                OutboxGrpc.getDeferOutboxMethod(),
                DeferOutboxRequest.newBuilder()
                        .addItems(Deferral.newBuilder()
                                .setId(item.getId())
                                .setAttempts(2)
                                .setNextAttemptMs(12345)
                                .setLastError("500 " + "x".repeat(2_000)))
                        .build());

        OutboxItem read = read("deferred").getItems(0);
        assertThat(read.getAttempts()).isEqualTo(2);
        assertThat(read.getNextAttemptMs()).isEqualTo(12345);
        assertThat(read.getLastError()).startsWith("500 x").hasSizeLessThanOrEqualTo(512);
    }

    @Test
    void aDeadLetterIsListedAndComesBackUnderItsWebhookIdBehindTheOthers() {
        OutboxItem poisoned = append("dead", "alice", 1, 0).getItem();
        OutboxItem next = append("dead", "alice", 2, 1).getItem();
        BuryOutboxRequest bury = BuryOutboxRequest.newBuilder()
                .setId(poisoned.getId())
                .setAttempts(10)
                .setLastError("400 Bad Request")
                .build();
        call(OutboxGrpc.getBuryOutboxMethod(), bury);
        call(OutboxGrpc.getBuryOutboxMethod(), bury);

        assertThat(letters("dead")).singleElement().satisfies(letter -> {
            assertThat(letter.getItem().getLastError()).isEqualTo("400 Bad Request");
            assertThat(letter.getItem().getAttempts()).isEqualTo(10);
            assertThat(letter.getBuriedMs()).isPositive();
        });
        assertThat(read("dead").getItemsList()).containsExactly(next);

        RedriveDeadLettersRequest all =
                RedriveDeadLettersRequest.newBuilder().setApp("dead").build();
        assertThat(call(OutboxGrpc.getRedriveDeadLettersMethod(), all).getLetters())
                .isEqualTo(1);
        assertThat(call(OutboxGrpc.getRedriveDeadLettersMethod(), all))
                .isEqualTo(RedriveDeadLettersReply.getDefaultInstance());
        OutboxItem back = read("dead").getItems(1);
        assertThat(back.getWebhookId()).isEqualTo(poisoned.getWebhookId());
        assertThat(back.getAfterOrdinal()).isEqualTo(next.getOrdinal());
        assertThat(back.getAttempts()).isZero();
        assertThat(letters("dead")).isEmpty();
    }

    @Test
    void aListOfLargeLettersComesWholeAndWithoutTheirBodies() {
        ByteString body = ByteString.copyFrom(new byte[60_000]);
        buryLetters("large", uplink("large", "alice", 1, 0).setBody(body), 80);

        ListDeadLettersReply page = list("large", 79, 0);
        assertThat(page.getLettersCount()).isEqualTo(79);
        assertThat(page.getMore()).isTrue();
        assertThat(page.getLettersList())
                .allMatch(letter -> letter.getBodyBytes() == body.size())
                .allMatch(letter -> letter.getItem().getUplink().getBody().isEmpty());
        ListDeadLettersReply last =
                list("large", 79, page.getLetters(78).getItem().getId());
        assertThat(last.getLettersCount()).isEqualTo(1);
        assertThat(last.getMore()).isFalse();
    }

    @Test
    void aListEndsBeforeItIsMoreThanAReplyTakesAndSaysSo() {
        buryLetters("long", uplink("long", "alice", 1, 0).setCorrelation("x".repeat(60_000)), 50);

        ListDeadLettersReply page = list("long", 50, 0);
        assertThat(page.getLettersCount()).isBetween(1, 49);
        assertThat(page.getSerializedSize())
                .isLessThan(LinkServerSettings.defaults().maxReplyBytes());
        assertThat(page.getMore()).isTrue();
        ListDeadLettersReply rest = list(
                "long",
                50,
                page.getLetters(page.getLettersCount() - 1).getItem().getId());
        assertThat(page.getLettersCount() + rest.getLettersCount()).isEqualTo(50);
        assertThat(rest.getMore()).isFalse();
    }

    @Test
    void largeLettersAreReadOnceToBeDrivenAgainInTheirOrderAndNotAtAllToBeDropped() throws SQLException {
        int letters = 30;
        long bytes = 60_000;
        buryLetters("moved", uplink("moved", "alice", 1, 0).setBody(ByteString.copyFrom(new byte[60_000])), letters);
        RedriveDeadLettersRequest all =
                RedriveDeadLettersRequest.newBuilder().setApp("moved").build();

        long before = bytesSent();
        assertThat(call(OutboxGrpc.getRedriveDeadLettersMethod(), all).getLetters())
                .isEqualTo(letters);
        assertThat(bytesSent() - before).isBetween(letters * bytes, letters * bytes * 5 / 4);
        List<OutboxItem> back = whole("moved");
        assertThat(back).hasSize(letters).isSortedAccordingTo(Comparator.comparingLong(OutboxItem::getOrdinal));
        assertThat(back)
                .extracting(item -> item.getUplink().getNumber())
                .isEqualTo(LongStream.rangeClosed(1, letters).boxed().toList());

        back.subList(0, 5)
                .forEach(item -> call(
                        OutboxGrpc.getBuryOutboxMethod(),
                        BuryOutboxRequest.newBuilder().setId(item.getId()).build()));
        before = bytesSent();
        assertThat(call(OutboxGrpc.getDropDeadLettersMethod(), all).getLetters())
                .isEqualTo(5);
        assertThat(bytesSent() - before).isLessThan(bytes);
        assertThat(letters("moved")).isEmpty();
    }

    @Test
    void aLetterOfAStreamThatWasForgottenIsDrivenAgain() throws SQLException {
        buryLetters("forgotten", uplink("forgotten", "alice", 1, 0), 2);
        sql("DELETE FROM outbox_stream WHERE app = 'forgotten'");
        RedriveDeadLettersRequest all =
                RedriveDeadLettersRequest.newBuilder().setApp("forgotten").build();
        assertThat(call(OutboxGrpc.getRedriveDeadLettersMethod(), all).getLetters())
                .isEqualTo(2);
        assertThat(whole("forgotten")).hasSize(2);
    }

    @Test
    void aDeadLetterOfAnotherAppIsNotTouched() {
        OutboxItem item = append("mine", "alice", 1, 0).getItem();
        call(
                OutboxGrpc.getBuryOutboxMethod(),
                BuryOutboxRequest.newBuilder().setId(item.getId()).build());
        RedriveDeadLettersRequest theirs = RedriveDeadLettersRequest.newBuilder()
                .setApp("theirs")
                .addIds(item.getId())
                .build();

        assertThat(call(OutboxGrpc.getDropDeadLettersMethod(), theirs).getLetters())
                .isZero();
        assertThat(letters("mine")).hasSize(1);
        assertThat(call(
                                OutboxGrpc.getDropDeadLettersMethod(),
                                theirs.toBuilder().setApp("mine").build())
                        .getLetters())
                .isEqualTo(1);
        assertThat(letters("mine")).isEmpty();
    }

    @Test
    void onlineAndOfflineAreToldWhereTheyAreNews() {
        assertThat(told(event(EventKind.EVENT_ONLINE, 1))).isTrue();
        assertThat(told(event(EventKind.EVENT_ONLINE, 1))).as("a repeat").isFalse();
        assertThat(told(event(EventKind.EVENT_ONLINE, 3))).as("still online").isFalse();
        assertThat(told(event(EventKind.EVENT_OFFLINE, 2))).as("stale").isFalse();
        assertThat(told(event(EventKind.EVENT_OFFLINE, 3))).isTrue();
        assertThat(told(event(EventKind.EVENT_OFFLINE, 3))).as("a repeat").isFalse();
        assertThat(told(event(EventKind.EVENT_ONLINE, 3)))
                .as("older than OFFLINE of its stamp")
                .isFalse();
        assertThat(told(event(EventKind.EVENT_ONLINE, 4))).isTrue();
        assertThat(told(event(EventKind.EVENT_BOUND, 1))).as("others once").isTrue();
    }

    @Test
    void aSessionThatIsBackAfterItsOfflineIsNewsByItsOrderAndWhatIsStaleIsNot() {
        StateEvent online = ordered(EventKind.EVENT_ONLINE, 1);
        StateEvent offline = ordered(EventKind.EVENT_OFFLINE, 2);
        assertThat(told(online)).isTrue();
        assertThat(told(offline)).isTrue();
        assertThat(told(online)).as("stale").isFalse();
        StateEvent back = ordered(EventKind.EVENT_ONLINE, 3);
        assertThat(told(back)).isTrue();
        assertThat(told(offline)).as("stale").isFalse();
        assertThat(told(ordered(EventKind.EVENT_OFFLINE, 4))).isTrue();
        assertThat(told(back)).as("stale").isFalse();
    }

    private static StateEvent ordered(EventKind kind, long order) {
        return event("ordered", kind, 1).toBuilder()
                .setOrder(Stamp.newBuilder().setMembershipVersion(1).setCounter(order))
                .build();
    }

    @Test
    void offlineOfAnEndpointThatNothingWasToldOfIsNews() {
        StateEvent gone = event(EventKind.EVENT_OFFLINE, 9).toBuilder()
                .setUser("never seen")
                .build();
        assertThat(told(gone)).isTrue();
    }

    @Test
    void eventsThatAreToldAgainAreStoredOnceAlsoWhenTheyAreDeliveredSince() {
        List<StateEvent> batch = List.of(
                event("again", EventKind.EVENT_BOUND, 7),
                event("again", EventKind.EVENT_UNBOUND, 7),
                event("again", EventKind.EVENT_BOUND, 8));
        AppendEventsReply first = tell(batch);
        assertThat(first.getItemsList())
                .extracting(OutboxItem::getWebhookId)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        settle(first.getItems(0));

        AppendEventsReply again = tell(batch);
        assertThat(again.getItemsList()).extracting(OutboxItem::getId).containsOnly(0L);
        assertThat(again.getRefused()).isZero();
        assertThat(read("again").getItemsList()).containsExactly(first.getItems(1), first.getItems(2));
        assertThat(told(batch.getFirst().toBuilder().setAtMs(2_000).build()))
                .as("the same at another time is another")
                .isTrue();
    }

    @Test
    void ofAnEndpointTheLastEventsAreKnownAlsoThoseOfTheSameRequest() {
        List<StateEvent> many = IntStream.rangeClosed(1, RecentEvents.MAX + 1)
                .mapToObj(n -> event("many", EventKind.EVENT_BOUND, n))
                .toList();
        tell(many);
        assertThat(told(many.getLast())).isFalse();
        assertThat(told(many.get(1))).isFalse();
        assertThat(told(many.getFirst())).as("too long ago to be known").isTrue();

        StateEvent twice = event("many", EventKind.EVENT_UNBOUND, 99);
        assertThat(tell(List.of(twice, twice)).getItemsList())
                .extracting(item -> item.getId() != 0)
                .containsExactly(true, false);
    }

    @Test
    void anEventThatIsKnownNeedsNoRoom() {
        AppendEventsRequest request = AppendEventsRequest.newBuilder()
                .addEvents(event("no-room", EventKind.EVENT_BOUND, 1))
                .setMaxPending(1)
                .build();
        call(OutboxGrpc.getAppendEventsMethod(), request);
        assertThat(call(OutboxGrpc.getAppendEventsMethod(), request).getRefused())
                .isZero();
    }

    @Test
    void eventsWhoseTellerDoesNotWaitAnyMoreAreNotStored() throws Exception {
        tell(event("late", EventKind.EVENT_BOUND, 1));
        try (Connection other = database.stores().getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("SELECT * FROM outbox_stream WHERE app = 'late' FOR UPDATE");
            CompletableFuture<AppendEventsReply> first =
                    tell(event("late", EventKind.EVENT_BOUND, 2), Duration.ofSeconds(30));
            await().until(() -> waitsForALock(lock));
            CompletableFuture<AppendEventsReply> unheard =
                    tell(event("late", EventKind.EVENT_UNBOUND, 2), Duration.ofMillis(50));
            assertThatThrownBy(unheard::join).hasCauseInstanceOf(HawserException.class);
            other.rollback();
            first.join();
        }
        tell(event("late", EventKind.EVENT_BOUND, 3));
        assertThat(read("late").getItemsList())
                .extracting(item -> item.getEvent().getKind())
                .containsOnly(EventKind.EVENT_BOUND)
                .hasSize(3);
    }

    @Test
    void whoWasToldOnlineIsListedPageByPage() {
        for (String user : List.of("a", "b", "c")) {
            for (String device : List.of("pc", "phone")) {
                tell(event(EventKind.EVENT_ONLINE, 5).toBuilder()
                        .setApp("listed")
                        .setUser(user)
                        .setDevice(device)
                        .build());
            }
        }
        tell(event(EventKind.EVENT_OFFLINE, 6).toBuilder()
                .setApp("listed")
                .setUser("b")
                .setDevice("pc")
                .build());
        List<Integer> slots = List.of(Slot.of("listed", "a"), Slot.of("listed", "b"));

        List<ToldOnline> all = new ArrayList<>();
        ListToldOnlineReply page =
                toldOnline(ListToldOnlineRequest.newBuilder().addAllSlots(slots).setMaxEntries(2));
        while (page.getEndpointsCount() > 0) {
            all.addAll(page.getEndpointsList());
            page = toldOnline(ListToldOnlineRequest.newBuilder()
                    .addAllSlots(slots)
                    .setMaxEntries(2)
                    .setAfter(all.getLast()));
        }
        assertThat(all)
                .extracting(endpoint -> endpoint.getUser() + "/" + endpoint.getDevice())
                .containsExactlyInAnyOrder("a/pc", "a/phone", "b/phone");
        assertThat(all).allMatch(endpoint -> endpoint.getStamp().getCounter() == 5);
    }

    @Test
    void aWatchIsReadOnceItIsDueUntilItIsSettled() {
        WatchDeliveryRequest due = WatchDeliveryRequest.newBuilder()
                .setApp("watch")
                .setUser("alice")
                .setSeq(7)
                .setDueMs(1_000)
                .build();
        call(OutboxGrpc.getWatchDeliveryMethod(), due);
        call(
                OutboxGrpc.getWatchDeliveryMethod(),
                due.toBuilder().setDueMs(2_000).build());
        call(
                OutboxGrpc.getWatchDeliveryMethod(),
                due.toBuilder().setSeq(8).setDueMs(Long.MAX_VALUE).build());
        ReadDueWatchesRequest all = ReadDueWatchesRequest.newBuilder()
                .addSlotRanges(0)
                .addSlotRanges(4095)
                .build();

        assertThat(call(OutboxGrpc.getReadDueWatchesMethod(), all).getWatchesList())
                .containsExactly(due);
        call(
                OutboxGrpc.getSettleWatchesMethod(),
                SettleWatchesRequest.newBuilder().addWatches(due).build());
        assertThat(call(OutboxGrpc.getReadDueWatchesMethod(), all).getWatchesCount())
                .isZero();
    }

    @Test
    void badInputIsRefusedWithItsReason() {
        refused(uplink("bad", "alice", 1, 1), "number: 1 (expected: more than prev, 1)");
        refused(uplink("bad", "alice", 0, 0), "number: 0 (expected: more than prev, 0)");
        refused(
                uplink("bad", "alice", 1, 0).setInstallationNonce(ByteString.EMPTY),
                "installation_nonce: 0 bytes (expected: 1 to 64)");
        refused(uplink("bad", "", 1, 0), "user: 0 bytes (expected: 1 to 64)");
        assertThatThrownBy(() -> call(
                        OutboxGrpc.getReadOutboxMethod(),
                        ReadOutboxRequest.newBuilder().addSlotRanges(1).build()))
                .hasMessage("slot_ranges: 1 numbers (expected: pairs)");
        assertThatThrownBy(() -> call(
                        OutboxGrpc.getReadDueWatchesMethod(),
                        ReadDueWatchesRequest.newBuilder()
                                .addSlotRanges(0)
                                .addSlotRanges(4096)
                                .build()))
                .hasMessage("slot: 4096 (expected: 0 to 4095)");
    }

    private static void refused(AppendUplinkRequest.Builder request, String message) {
        assertThatThrownBy(() -> call(OutboxGrpc.getAppendUplinkMethod(), request.build()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage(message);
    }

    private static StateEvent event(EventKind kind, long counter) {
        return StateEvent.newBuilder()
                .setKind(kind)
                .setApp("events")
                .setUser("alice")
                .setDevice("phone")
                .setStamp(Stamp.newBuilder().setMembershipVersion(1).setCounter(counter))
                .setAtMs(1_000)
                .build();
    }

    private static boolean waitsForALock(Statement statement) throws SQLException {
        try (ResultSet waiting =
                statement.executeQuery("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")) {
            return waiting.next();
        }
    }

    private static StateEvent event(String app, EventKind kind, long counter) {
        return event(kind, counter).toBuilder().setApp(app).build();
    }

    private static boolean told(StateEvent event) {
        return tell(event).getItems(0).getId() != 0;
    }

    private static AppendEventsReply tell(StateEvent event) {
        return tell(List.of(event));
    }

    private static AppendEventsReply tell(List<StateEvent> events) {
        return call(
                OutboxGrpc.getAppendEventsMethod(),
                AppendEventsRequest.newBuilder().addAllEvents(events).build());
    }

    private static CompletableFuture<AppendEventsReply> tell(StateEvent event, Duration within) {
        AppendEventsRequest request =
                AppendEventsRequest.newBuilder().addEvents(event).build();
        return savers.call(Route.leastLoaded(), OutboxGrpc.getAppendEventsMethod(), request, event.getApp(), within);
    }

    private static ListToldOnlineReply toldOnline(ListToldOnlineRequest.Builder request) {
        return call(OutboxGrpc.getListToldOnlineMethod(), request.build());
    }

    private static List<DeadLetter> letters(String app) {
        return list(app, 0, 0).getLettersList();
    }

    private static ListDeadLettersReply list(String app, int max, long beforeId) {
        return call(
                OutboxGrpc.getListDeadLettersMethod(),
                ListDeadLettersRequest.newBuilder()
                        .setApp(app)
                        .setMaxEntries(max)
                        .setBeforeId(beforeId)
                        .build());
    }

    private static void buryLetters(String app, AppendUplinkRequest.Builder first, int count) {
        for (int number = 1; number <= count; number++) {
            AppendUplinkRequest next =
                    first.clone().setNumber(number).setPrev(number - 1).build();
            OutboxItem item = call(OutboxGrpc.getAppendUplinkMethod(), next).getItem();
            call(
                    OutboxGrpc.getBuryOutboxMethod(),
                    BuryOutboxRequest.newBuilder().setId(item.getId()).build());
        }
        assertThat(read(app).getItemsList()).isEmpty();
    }

    private static ReadOutboxReply read(String app) {
        return read(app, 0);
    }

    private static ReadOutboxReply read(String app, long afterId) {
        return call(
                OutboxGrpc.getReadOutboxMethod(),
                ReadOutboxRequest.newBuilder()
                        .setApp(app)
                        .setAfterId(afterId)
                        .setMaxBytes(1 << 20)
                        .addSlotRanges(0)
                        .addSlotRanges(4095)
                        .build());
    }

    /** Page after page. */
    private static List<OutboxItem> whole(String app) {
        List<OutboxItem> items = new ArrayList<>();
        ReadOutboxReply page = read(app);
        items.addAll(page.getItemsList());
        while (page.getMore()) {
            page = read(app, items.getLast().getId());
            items.addAll(page.getItemsList());
        }
        return items;
    }

    /** By the database, to all. */
    private static long bytesSent() throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Bytes_sent'")) {
            row.next();
            return row.getLong(2);
        }
    }

    private static AppendUplinkRequest ofInstallation(int installation, long number, long prev) {
        return uplink("fresh", "alice", number, prev)
                .setInstallationNonce(ByteString.copyFromUtf8("nonce " + installation))
                .build();
    }

    /** Connections that are given out only then. */
    private static DataSource heldUntil(CountDownLatch open) {
        return (DataSource) Proxy.newProxyInstance(
                OutboxTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    open.await();
                    return database.stores().getConnection();
                });
    }

    private static boolean next(AtomicLong last) {
        last.incrementAndGet();
        return false;
    }

    private static boolean isRefused(Runnable append) {
        try {
            append.run();
            return false;
        } catch (HawserException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            return true;
        }
    }

    private static long number(String query) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void sql(String text) throws SQLException {
        try (Connection connection = database.stores().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static void settle(OutboxItem... items) {
        SettleOutboxRequest.Builder request = SettleOutboxRequest.newBuilder();
        for (OutboxItem item : items) {
            request.addIds(item.getId());
        }
        call(OutboxGrpc.getSettleOutboxMethod(), request.build());
    }

    private static AppendUplinkReply append(String app, String user, long number, long prev) {
        return append(app, user, number, prev, 0);
    }

    private static AppendUplinkReply append(String app, String user, long number, long prev, int maxPending) {
        return call(
                OutboxGrpc.getAppendUplinkMethod(),
                uplink(app, user, number, prev).setMaxPending(maxPending).build());
    }

    private static AppendUplinkRequest.Builder uplink(String app, String user, long number, long prev) {
        return AppendUplinkRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setDevice("phone")
                .setInstallationNonce(PHONE)
                .setNumber(number)
                .setPrev(prev)
                .setRoute("orders")
                .setBody(ByteString.copyFromUtf8("order " + number))
                .setText(true);
    }

    private static <Q extends MessageLite, R extends MessageLite> R call(MethodDescriptor<Q, R> method, Q request) {
        try {
            return send(method, request).join();
        } catch (CompletionException e) {
            throw (HawserException) e.getCause();
        }
    }

    private static <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> send(
            MethodDescriptor<Q, R> method, Q request) {
        return savers.call(Route.leastLoaded(), method, request, "test", Duration.ofSeconds(10));
    }

    private static Membership only(int port) {
        Membership.View view = new Membership.View(1, List.of(new Peer("saver", "saver-1", "127.0.0.1", port, 1, "")));
        return new Membership() {
            @Override
            public View view() {
                return view;
            }

            @Override
            public AutoCloseable onChange(Consumer<View> listener) {
                listener.accept(view);
                return () -> {};
            }
        };
    }
}
