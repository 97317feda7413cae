package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a room holds of many apps' logs, with the follower's thread and an event loop in the test's hands. */
final class FollowerTest {
    private static final int LIMIT_BYTES = 64 * 1024;
    private static final int REPLY_ENTRIES = 8;
    private static final String TEXT = "x".repeat(1_024);

    private final Map<String, TrueLog> logs = new LinkedHashMap<>();
    /** What becomes of savers' answers on their way. */
    private UnaryOperator<AppNews> garbled = UnaryOperator.identity();

    private boolean broken;
    private long nowNanos;
    /** Apps in the order that they were asked for. */
    private final List<String> asked = new ArrayList<>();

    private final List<LocalApp> apps = new ArrayList<>();
    private final HandHost host = new HandHost();
    private final EmbeddedChannel thread = new EmbeddedChannel();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BroadcastConfig config = Stage.config(64, 1_024, ByteSize.ofKibibytes(LIMIT_BYTES / 1024), 64);
    private final BroadcastMeters meters = new BroadcastMeters(registry);
    private final Stores stores = new ManyLogs();
    private final Follower follower =
            new Follower(stores, thread.eventLoop(), () -> config, new Random(1), () -> nowNanos, meters);

    @BeforeEach
    void followSome() {
        thread.freezeTime();
        LoopContext context = context();
        for (int i = 0; i < 6; i++) {
            String id = "app" + i;
            logs.put(id, new TrueLog());
            LocalApp app = new LocalApp(id, context);
            apps.add(app);
            follower.join(app);
        }
        settle();
    }

    @AfterEach
    void close() {
        var _ = thread.close();
    }

    private LoopContext context() {
        Parts parts = new Parts(
                stores,
                follower,
                new Progress(10_000, meters),
                new Paces(() -> 0),
                new Cursors(stores, () -> 1_000, meters),
                meters,
                () -> config,
                () -> new SplittableRandom(1),
                ByteBufAllocator.DEFAULT);
        Compression compression = new Compression(ByteBufAllocator.DEFAULT, config::compression, meters);
        return new LoopContext(
                host,
                parts,
                new Turns(() -> 1),
                new Turns(() -> 1),
                compression,
                new Encoded(ByteBufAllocator.DEFAULT, () -> 1_000, compression, meters),
                new SplittableRandom(1),
                new LoopBroadcasts(host, parts));
    }

    /** Of each app its own log; so many entries a reply. */
    private final class ManyLogs extends LateStores {
        ManyLogs() {
            super(new TrueLog(), new Random(1));
        }

        @Override
        public CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request) {
            if (broken) {
                throw new IllegalStateException("broken");
            }
            FollowBroadcastsReply.Builder reply = FollowBroadcastsReply.newBuilder();
            for (FollowedApp app : request.getAppsList()) {
                asked.add(app.getApp());
                FollowBroadcastsRequest one = FollowBroadcastsRequest.newBuilder()
                        .setMaxEntries(REPLY_ENTRIES)
                        .addApps(app)
                        .build();
                logs.getOrDefault(app.getApp(), new TrueLog())
                        .follow(one)
                        .getAppsList()
                        .forEach(news -> reply.addApps(garbled.apply(news)));
            }
            return CompletableFuture.completedFuture(reply.build());
        }
    }

    /** The follower asks a few times; event loops do nothing. */
    private void follow() {
        for (int i = 0; i < 20; i++) {
            nowNanos += TimeUnit.SECONDS.toNanos(1);
            thread.advanceTimeBy(1, TimeUnit.SECONDS);
            thread.runPendingTasks();
        }
    }

    private void settle() {
        for (int i = 0; i < 40; i++) {
            follow();
            host.run(1_000);
        }
    }

    private void append(String app, int entries) {
        for (int i = 0; i < entries; i++) {
            Objects.requireNonNull(logs.get(app)).append(TEXT);
        }
    }

    private long counted() {
        return (long) registry.get("hawser.room.broadcasts.tail.bytes").gauge().value();
    }

    private long heldBytes() {
        long bytes = 0;
        for (LocalApp app : apps) {
            for (long bseq = 1; bseq <= app.offered(); bseq++) {
                Entry entry = app.find(bseq);
                bytes += entry == null ? 0 : entry.bytes();
            }
        }
        return bytes;
    }

    @Test
    void appsThatRestGiveWayToOthersOnTheEventLoopsToo() {
        for (LocalApp app : apps) {
            append(app.app(), 40);
            settle();
        }
        assertThat(apps).allSatisfy(app -> assertThat(app.offered()).isEqualTo(40));
        assertThat(heldBytes()).isBetween(LIMIT_BYTES / 2L, (long) LIMIT_BYTES);
        assertThat(counted()).isEqualTo(heldBytes());
    }

    @Test
    void whatEventLoopsHaveYetToComeToIsCountedAndNoMoreIsReadMeanwhile() {
        logs.keySet().forEach(app -> append(app, 200));
        follow();
        long oneReplyEach = (long) apps.size() * REPLY_ENTRIES * (TEXT.length() + 256);
        assertThat(counted()).isBetween((long) LIMIT_BYTES, LIMIT_BYTES + oneReplyEach);
        settle();
        assertThat(apps).allSatisfy(app -> assertThat(app.offered()).isEqualTo(200));
        assertThat(counted()).isEqualTo(heldBytes()).isLessThanOrEqualTo(LIMIT_BYTES);
    }

    @Test
    void anAppThatNobodyFollowsAnyMoreIsNotHeld() {
        append("app0", 40);
        settle();
        follower.leave(apps.getFirst());
        settle();
        assertThat(counted()).isZero();
    }

    @Test
    void newsOfOneAppThatCannotBeReadHoldUpNoOtherAndAreAskedForAgain() {
        garbled = news -> switch (news.getApp()) {
            case "app0" -> backToFront(news);
            case "app1" -> news.toBuilder().setWatermark(Long.MAX_VALUE).build();
            case "app2" -> news.toBuilder().setWatermark(-1).build();
            default -> news;
        };
        logs.keySet().forEach(app -> append(app, 5));
        settle();
        assertThat(apps.subList(0, 3))
                .allSatisfy(app -> assertThat(app.offered()).isZero());
        assertThat(apps.subList(3, 6))
                .allSatisfy(app -> assertThat(app.offered()).isEqualTo(5));
        assertThat(registry.get("hawser.room.broadcasts.news.refused").counter().count())
                .isGreaterThanOrEqualTo(3);
        garbled = UnaryOperator.identity();
        settle();
        assertThat(apps).allSatisfy(app -> assertThat(app.offered()).isEqualTo(5));
        assertThat(counted()).isEqualTo(heldBytes());
    }

    @Test
    void anAppWhoseNewsCannotBeReadIsAskedForLessAndLessOften() {
        garbled = news -> news.getApp().equals("app0") ? backToFront(news) : news;
        append("app0", 5);
        follow();
        asked.clear();
        for (int i = 0; i < 6; i++) {
            follow();
        }
        assertThat(Collections.frequency(asked, "app0")).isBetween(1, 4);
        assertThat(Collections.frequency(asked, "app1")).isGreaterThanOrEqualTo(50);
    }

    @Test
    void aLogThatGrewByMoreThanATailHoldsAndWasTrimmedIsGoneOnWithAtWhatIsKept() {
        append("app0", 5);
        settle();
        TrueLog grown = Objects.requireNonNull(logs.get("app0"));
        grown.grow(3 << 20);
        append("app0", 20);
        settle();
        assertThat(apps.getFirst().offered()).isEqualTo(grown.watermark());
        assertThat(registry.get("hawser.room.broadcasts.news.refused").counter().count())
                .isZero();
        assertThat(counted()).isPositive();
        assertThat(apps.getFirst().find(grown.watermark() - 19)).isNotNull();
    }

    private static AppNews backToFront(AppNews news) {
        return news.toBuilder()
                .clearEntries()
                .addAllEntries(news.getEntriesList().reversed())
                .build();
    }

    @Test
    void anAppWhoseFirstNewsCannotBeReadIsNotTakenForOneWithoutBroadcasts() {
        logs.put("late", new TrueLog());
        append("late", 5);
        garbled = news -> news.toBuilder().setWatermark(-1).build();
        LocalApp late = new LocalApp("late", context());
        follower.join(late);
        settle();
        assertThat(late.isStarted()).isFalse();
        garbled = UnaryOperator.identity();
        settle();
        assertThat(late.offered()).isEqualTo(5);
    }

    @Test
    void aFaultThatIsNoAppsIsCountedAndFollowingGoesOn() {
        broken = true;
        append("app0", 5);
        follow();
        assertThat(registry.get("hawser.room.broadcasts.follows.failed")
                        .counter()
                        .count())
                .isPositive();
        broken = false;
        settle();
        assertThat(apps.getFirst().offered()).isEqualTo(5);
    }
}
