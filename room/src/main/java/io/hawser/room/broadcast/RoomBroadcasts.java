package io.hawser.room.broadcast;

import io.hawser.room.chore.Chore;
import io.hawser.room.connection.Broadcasts;
import io.hawser.room.connection.Host;
import io.hawser.room.connection.Identity;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Groups and broadcasts of a room: its event loops' parts, and what other services ask of them all. */
public final class RoomBroadcasts implements AutoCloseable {
    private static final long CURSORS_FLUSHED_MILLIS = 500;
    private static final long PACES_SWEPT_MILLIS = 10_000;

    private final Identity identity;
    private final Parts parts;
    private final ScheduledExecutorService owner;
    private final List<LoopBroadcasts> loops = new CopyOnWriteArrayList<>();

    /** @param config asked before each use */
    public RoomBroadcasts(
            Stores stores, Identity identity, Supplier<BroadcastConfig> config, MeterRegistry meterRegistry) {
        this.identity = identity;
        this.owner = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("room-broadcasts").factory());
        BroadcastMeters meters = new BroadcastMeters(meterRegistry);
        this.parts = new Parts(
                stores,
                new Follower(stores, owner, config, new SplittableRandom(), System::nanoTime, meters),
                new Progress(config.get().maxCounted(), meters),
                new Paces(System::nanoTime),
                new Cursors(stores, () -> config.get().maxUnsaved(), meters),
                meters,
                config,
                SplittableRandom::new,
                // The one of the clients' channels: what it keeps for later is known, and counts as no memory in use.
                PooledByteBufAllocator.DEFAULT);
    }

    /** Begins with what is done now and then. */
    public void start() {
        long reportMs = parts.config().get().reportEvery().toMillis();
        var _ = new Chore("progress of broadcasts", this::report).every(reportMs, owner);
        var _ = new Chore("copies of cursors", this::saveCursors).every(CURSORS_FLUSHED_MILLIS, owner);
        var _ = new Chore("pace", parts.paces()::sweep).every(PACES_SWEPT_MILLIS, owner);
    }

    private void report() {
        var _ = parts.progress().report(identity, parts.stores());
    }

    private void saveCursors() {
        var _ = parts.cursors().flush();
    }

    /** An event loop's part. */
    public Broadcasts on(Host host) {
        LoopBroadcasts loop = new LoopBroadcasts(host, parts);
        loops.add(loop);
        return loop;
    }

    /** The room lives under another number: what it counted was told under the old one. */
    public void reincarnated() {
        parts.progress().restart();
    }

    /** Takes the grant, and tells how far the room is with the entry; with its last word, all that it counted is told. */
    public CompletableFuture<PaceReport> grant(PaceGrant grant) {
        parts.paces().grant(grant);
        parts.following().hint(grant.getApp(), grant.getBseq());
        CompletableFuture<PaceReport> sum = CompletableFuture.completedFuture(
                PaceReport.newBuilder().setFinished(true).build());
        for (LoopBroadcasts loop : loops) {
            sum = sum.thenCombine(ask(loop, grant), RoomBroadcasts::sum);
        }
        return sum.thenCompose(report -> toldBefore(report, grant));
    }

    private CompletableFuture<PaceReport> toldBefore(PaceReport report, PaceGrant grant) {
        return report.getFinished() && parts.progress().hasNews(grant.getApp(), grant.getBseq())
                ? parts.progress().report(identity, parts.stores()).thenApply(told -> report)
                : CompletableFuture.completedFuture(report);
    }

    private static CompletableFuture<PaceReport> ask(LoopBroadcasts loop, PaceGrant grant) {
        CompletableFuture<PaceReport> answer = new CompletableFuture<>();
        boolean taken = loop.host().offer(() -> {
            LocalApp app = loop.find(grant.getApp());
            if (app != null) {
                loop.busy(app);
            }
            answer.complete(loop.report(grant.getApp(), grant.getBseq()));
        });
        return taken ? answer : tooMuch();
    }

    private static <T> CompletableFuture<T> tooMuch() {
        return CompletableFuture.failedFuture(
                HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "room: too much waits for an event loop"));
    }

    private static PaceReport sum(PaceReport one, PaceReport other) {
        return PaceReport.newBuilder()
                .setTargeted(one.getTargeted() + other.getTargeted())
                .setRemaining(one.getRemaining() + other.getRemaining())
                .setFinished(one.getFinished() && other.getFinished())
                .build();
    }

    /** Writes a TRANSIENT broadcast to those who are here now. */
    public CompletableFuture<PushBroadcastReply> push(PushBroadcastRequest request) {
        BroadcastFrame encoded = BroadcastFrame.of(request.getApp(), 0, request.getGroupsList(), request.getContent());
        ByteBuf frame = BroadcastFrame.glued(parts.memory(), List.of(encoded));
        CompletableFuture<PushBroadcastReply> sum =
                CompletableFuture.completedFuture(PushBroadcastReply.getDefaultInstance());
        for (LoopBroadcasts loop : loops) {
            sum = sum.thenCombine(push(loop, request, frame.retainedDuplicate()), RoomBroadcasts::sum);
        }
        frame.release();
        return sum;
    }

    private CompletableFuture<PushBroadcastReply> push(
            LoopBroadcasts loop, PushBroadcastRequest request, ByteBuf frame) {
        CompletableFuture<PushBroadcastReply> done = new CompletableFuture<>();
        boolean taken = loop.host().offer(() -> {
            LocalApp app = loop.find(request.getApp());
            if (app == null) {
                frame.release();
                done.complete(PushBroadcastReply.getDefaultInstance());
            } else if (!loop.begin(new Transient(app, request.getGroupsList(), request.getContent(), frame, done))) {
                frame.release();
                parts.meters().transientRefused().increment();
                done.completeExceptionally(
                        HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "room: too many broadcasts under way"));
            }
        });
        if (!taken) {
            frame.release();
            return tooMuch();
        }
        return done;
    }

    private static PushBroadcastReply sum(PushBroadcastReply one, PushBroadcastReply other) {
        return PushBroadcastReply.newBuilder()
                .setWritten(one.getWritten() + other.getWritten())
                .setDropped(one.getDropped() + other.getDropped())
                .build();
    }

    /** Saves what is to be saved, as far as savers take it in the time of a call, and ends. Bindings have ended before. */
    @Override
    public void close() {
        owner.shutdownNow();
        CompletableFuture.allOf(
                        parts.cursors()
                                .flush()
                                .thenCompose(earlier -> parts.cursors().flush()),
                        parts.progress().report(identity, parts.stores()))
                .completeOnTimeout(null, parts.config().get().storeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
