package io.hawser.coordinator.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.UplinkItem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in memory, where no back end takes anything and no saver answers. */
final class StreamsTest {
    private static final int ITEM_BYTES = 1_024;
    private static final int MAX_STREAMS = 100;
    private static final App TWO_CALLBACKS = App.newBuilder()
            .setId("two")
            .addCallbacks(Callback.newBuilder().setId("chat").addRoutes("chat.*"))
            .addCallbacks(Callback.newBuilder().setId("rest").addRoutes("*"))
            .build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LinkClient savers = new LinkClient("test", "saver", new Members(), LinkSettings.defaults(), registry);
    private final OwnerLoop loop = new OwnerLoop("test", () -> {});
    private final Held held = new Held(StreamsTest::settings);
    private final Streams streams = new Streams(
            loop,
            StreamsTest::settings,
            new Callbacks(app -> app.equals("two") ? TWO_CALLBACKS : null, CompletableFuture::new),
            new OutboxStore(savers, StreamsTest::settings),
            held,
            new ForwardMeters(registry));

    /** This coordinator is alone, and there is no saver. */
    private static final class Members implements Membership {
        @Override
        public View view() {
            return new View(1, List.of());
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            listener.accept(view());
            return () -> {};
        }
    }

    @BeforeEach
    void ownAll() {
        Peer alone = new Peer("coordinator", "coordinator-1", "127.0.0.1", 1, 1, "");
        streams.own(OwnedSlots.of("coordinator-1", new Membership.View(1, List.of(alone))));
    }

    @AfterEach
    void close() {
        loop.close();
        savers.close();
    }

    private static ForwardSettings settings() {
        ForwardSettings defaults = ForwardSettings.defaults();
        return new ForwardSettings(
                defaults.maxInFlight(),
                defaults.maxInFlightPerApp(),
                defaults.maxHeldPerApp(),
                ByteSize.ofKibibytes(64),
                ByteSize.ofKibibytes(256),
                defaults.maxHeldPerStream(),
                MAX_STREAMS,
                MAX_STREAMS,
                defaults.maxPendingPerApp(),
                defaults.retrySchedule(),
                defaults.giveUpAfter(),
                defaults.parkAfter(),
                defaults.firstProbe(),
                defaults.maxProbe(),
                defaults.gonePause(),
                defaults.failuresToOpen(),
                defaults.rescanEvery(),
                defaults.storeTimeout());
    }

    private static OutboxItem item(String app, String user, long ordinal, long id) {
        return item(app, user, ordinal, id, ITEM_BYTES);
    }

    private static OutboxItem item(String app, String user, long ordinal, long id, int bytes) {
        return item(app, user, ordinal, id, bytes, "orders");
    }

    private static OutboxItem item(String app, String user, long ordinal, long id, int bytes, String route) {
        return OutboxItem.newBuilder()
                .setId(id)
                .setApp(app)
                .setUser(user)
                .setDevice("phone")
                .setOrdinal(ordinal)
                .setAfterOrdinal(ordinal - 1)
                .setUplink(UplinkItem.newBuilder().setRoute(route).setBody(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    private Stream stream(String app, String user) {
        return Objects.requireNonNull(streams.app(app).streams.get(new StreamKey(user, "phone", false)));
    }

    /** Offers each user's first item; returns how many were taken. */
    private long flood(String app, int users, int bytes) {
        return IntStream.range(0, users)
                .filter(user -> streams.offer(item(app, "user-" + user, 1, user + 1, bytes)))
                .count();
    }

    @Test
    void asManyAppsAsThereMayBeLeaveRoomForTheNext() {
        IntStream.range(0, 20)
                .forEach(app ->
                        assertThat(flood("down-" + app, 20, 16 * ITEM_BYTES)).isPositive());

        assertThat(streams.offer(item("healthy", "alice", 1, 1))).isTrue();
        assertThat(stream("healthy", "alice").head()).isNotNull();
        assertThat(held.bytes()).isLessThan(2 * settings().maxHeldBytes().bytes());
    }

    @Test
    void streamsOfAllAppsAreBoundedAndEachAppHasSome() {
        assertThat(flood("first", 2 * MAX_STREAMS, 1)).isEqualTo(MAX_STREAMS / 2);
        assertThat(flood("second", 2 * MAX_STREAMS, 1)).isBetween(MAX_STREAMS / 5L, MAX_STREAMS / 3L);
        assertThat(held.streams()).isLessThan(MAX_STREAMS);

        streams.apps().forEach(app -> List.copyOf(app.streams.values()).forEach(streams::remove));
        assertThat(held.streams()).isZero();
        assertThat(held.items()).isZero();
    }

    @Test
    void whatOneCallbackHasLeavesRoomForTheAppsOther() {
        long chats = IntStream.range(0, MAX_STREAMS)
                .filter(user -> streams.offer(item("two", "chat-" + user, 1, user + 1, 4 * ITEM_BYTES, "chat.all")))
                .count();

        assertThat(chats).isBetween(6L, 8L);
        assertThat(flood("two", MAX_STREAMS, 4 * ITEM_BYTES)).isBetween(3L, 4L);
    }

    @Test
    void whatWaitsForABackEndKeepsItsHeadAlone() {
        streams.offer(item("app", "alice", 1, 1));
        streams.offer(item("app", "alice", 2, 2));
        Stream stream = stream("app", "alice");
        stream.state = Stream.State.WAITING_FOR_TARGET;

        streams.forgetTail(stream);
        streams.offer(item("app", "alice", 3, 3));

        assertThat(stream.held).extracting(Entry::ordinal).containsExactly(1L);
        assertThat(stream.more).isTrue();
        assertThat(held.items()).isEqualTo(1);
    }

    /** No settlement follows, as everything of the other callback waits. */
    @Test
    void theRoomThatAWaitingStreamGivesBackIsForWhoHasToRead() {
        streams.offer(item("two", "chat", 1, 1_000, 16 * ITEM_BYTES, "chat.all"));
        flood("two", MAX_STREAMS, 4 * ITEM_BYTES);
        Stream reader = stream("two", "user-0");
        streams.forget(reader);
        flood("two", MAX_STREAMS, 4 * ITEM_BYTES);
        streams.read(reader);
        assertThat(reader.state).isEqualTo(Stream.State.TO_READ);

        streams.forgetUntilWoken(stream("two", "chat"));

        assertThat(reader.share.toRead).isEmpty();
    }

    @Test
    void whatIsSentAfterAnErasureIsTakenAndWhatWasBeforeIsDropped() {
        streams.offer(item("app", "alice", 1, 1));
        streams.offer(item("app", "alice", 2, 2));

        streams.offer(item("app", "alice", 1, 100));

        assertThat(stream("app", "alice").held).extracting(Entry::id).containsExactly(100L);
        assertThat(held.items()).isEqualTo(1);
        assertThat(held.streams()).isEqualTo(1);
    }

    @Test
    void anErasedItemOnItsWayDoesNotHoldUpTheNewStream() {
        streams.offer(item("app", "alice", 1, 1));
        Stream erased = stream("app", "alice");
        erased.state = Stream.State.IN_FLIGHT;

        streams.offer(item("app", "alice", 1, 100));
        streams.remove(erased);

        assertThat(stream("app", "alice").held).extracting(Entry::id).containsExactly(100L);
        assertThat(held.streams()).isEqualTo(1);
    }

    @Test
    void whatIsOfferedAgainIsNoErasure() {
        streams.offer(item("app", "alice", 1, 1));
        streams.offer(item("app", "alice", 2, 2));
        streams.offer(item("app", "alice", 1, 1));

        assertThat(stream("app", "alice").held).extracting(Entry::id).containsExactly(1L, 2L);
    }
}
