package io.hawser.saver.log;

import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.spool.Spool;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends of apps that chose {@code available}: where MySQL does not take one in time, the spool does, and the answer
 * says so. A first attempt that is under way goes on, and is known here and in MySQL until the spool has repeated it, so
 * that it is there once (decision 0365). While what the spool has of a user is being stored, what is sent to that user
 * waits: it has to come behind it, and in the spool it would keep a busy user there for ever. Owned by the lane.
 */
final class Spooling {
    private final @Nullable Spool spool;
    private final GroupCommit commits;
    private final OwnedLogs owned;
    private final LaneThread lane;
    private final Clock clock;
    private final LaneMeters meters;
    /** Appends on their way, the oldest first: no more than the lane has in hand. */
    private final Set<Waiting> waiting = new LinkedHashSet<>();

    /** Appends that wait for what the spool has of their users, the oldest first: likewise. */
    private final Map<LogId, ArrayDeque<Waiting>> behind = new LinkedHashMap<>();

    private final int maxUnderWay;
    /** First attempts, with those whose callers have the spool's answer: where MySQL is silent these may gather. */
    private int underWay;

    /** Told apart by itself alone. */
    private static final class Waiting {
        final LogId log;
        final AppendRequest request;
        final Supplier<CompletableFuture<AppendReply>> store;
        final CompletableFuture<AppendReply> answer = new CompletableFuture<>();
        /** Since it was asked for, or begun. */
        long sinceNanos = System.nanoTime();
        /** An attempt may come through, whatever becomes of this one. */
        boolean begun;

        Waiting(LogId log, AppendRequest request, boolean begun, Supplier<CompletableFuture<AppendReply>> store) {
            this.log = log;
            this.request = request;
            this.begun = begun;
            this.store = store;
        }
    }

    /**
     * @param spool null: there is none, and nothing is spooled
     * @param maxUnderWay first attempts at once; beyond: spooled without one
     */
    Spooling(
            @Nullable Spool spool,
            GroupCommit commits,
            OwnedLogs owned,
            LaneThread lane,
            Clock clock,
            LaneMeters meters,
            int maxUnderWay) {
        this.spool = spool;
        this.commits = commits;
        this.owned = owned;
        this.lane = lane;
        this.clock = clock;
        this.meters = meters;
        this.maxUnderWay = maxUnderWay;
    }

    /** Whether a request may be spooled, where that is needed. */
    boolean mayTake(AppendRequest request) {
        return spool != null && request.getAvailable() && !request.getSpooled();
    }

    /**
     * @param begun an attempt at it is under way
     * @param store has the request committed, now or later, where the saver owns the log then
     */
    CompletableFuture<AppendReply> append(
            LogId log, AppendRequest request, boolean begun, Supplier<CompletableFuture<AppendReply>> store) {
        Waiting append = new Waiting(log, request, begun, store);
        if (spool().has(log, request.getRequestId())) {
            spool(append);
        } else if (behind.containsKey(log) || hasToWait(log)) {
            behind.computeIfAbsent(log, id -> new ArrayDeque<>(1)).add(append);
        } else {
            go(append);
        }
        return append.answer;
    }

    /** Spools what has waited long enough; lets go what waits no more for what the spool has. */
    void tick() {
        if (spool == null) {
            return;
        }
        long beforeNanos = System.nanoTime() - spool.afterNanos();
        var oldest = waiting.iterator();
        while (oldest.hasNext()) {
            Waiting append = oldest.next();
            if (append.sinceNanos - beforeNanos > 0) {
                break;
            }
            oldest.remove();
            spool(append);
        }
        behind.entrySet().removeIf(user -> isLetGo(user.getKey(), user.getValue(), beforeNanos));
    }

    /** Nothing that waits is begun any more. */
    void abandon(HawserException cause) {
        List<Waiting> all = behind.values().stream().flatMap(ArrayDeque::stream).toList();
        behind.clear();
        all.forEach(append -> append.answer.completeExceptionally(cause));
    }

    /** Whether an append is to be repeated by the spool. */
    boolean has(Append append) {
        return spool != null && spool.has(append.log.id, append.requestId());
    }

    /** An app that is strict again: what it sends would come before what is in the spool. */
    void refuseIfHeld(UserLog log) {
        if (spool != null && spool.holds(log.id)) {
            throw held(log.id);
        }
    }

    /** What is in the spool, or may get there, would come to a user that was erased. */
    void refuseErasure(UserLog log) {
        refuseIfHeld(log);
        if (behind.containsKey(log.id) || waiting.stream().anyMatch(append -> append.log.equals(log.id))) {
            throw held(log.id);
        }
    }

    private static HawserException held(LogId log) {
        return HawserException.refusal(
                ErrorCode.UNAVAILABLE, "spool: has messages of user " + log.user() + " that are not stored yet");
    }

    /** Whether none of a user's appends waits any more for what the spool has. */
    private boolean isLetGo(LogId log, ArrayDeque<Waiting> appends, long beforeNanos) {
        if (!owned.owns(log)) {
            HawserException refusal = OwnedLogs.notOwned(log);
            appends.forEach(append -> append.answer.completeExceptionally(refusal));
            return true;
        }
        if (!hasToWait(log)) {
            appends.forEach(this::go);
            return true;
        }
        while (!appends.isEmpty() && appends.element().sinceNanos - beforeNanos <= 0) {
            meters.refused.increment();
            appends.remove().answer.completeExceptionally(held(log));
        }
        return appends.isEmpty();
    }

    /** What the spool has of the user is on its way out. */
    private boolean hasToWait(LogId log) {
        return spool().holds(log) && spool().isServed(log) && !isSilent();
    }

    private void go(Waiting append) {
        if (isSilent() || underWay >= maxUnderWay || spool().holds(append.log)) {
            spool(append);
        } else {
            begin(append);
        }
    }

    private void begin(Waiting append) {
        underWay++;
        append.begun = true;
        append.sinceNanos = System.nanoTime();
        waiting.add(append);
        var _ = begin(append.store).whenComplete((reply, failure) -> ended(append, reply, failure));
    }

    private boolean isSilent() {
        return commits.silentFor(spool().afterNanos());
    }

    private static CompletableFuture<AppendReply> begin(Supplier<CompletableFuture<AppendReply>> store) {
        try {
            return store.get();
        } catch (RuntimeException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private void ended(Waiting append, @Nullable AppendReply reply, @Nullable Throwable failure) {
        underWay--;
        if (!waiting.remove(append)) {
            // It was spooled meanwhile.
            return;
        }
        if (reply != null) {
            append.answer.complete(reply);
        } else if (isMySqlOut(failure)) {
            spool(append);
        } else {
            append.answer.completeExceptionally(Objects.requireNonNull(failure, "neither answered nor failed"));
        }
    }

    private void spool(Waiting append) {
        AppendReply spooled = AppendReply.newBuilder()
                .setAcceptedMs(clock.millis())
                .setDurability(Durability.SPOOLED)
                .build();
        var _ = spool().add(append.log, append.request)
                .whenComplete((synced, failure) -> lane.execute(() -> {
                    if (failure == null) {
                        append.answer.complete(spooled);
                    } else {
                        append.answer.completeExceptionally(append.begun ? unknown(failure) : failure);
                    }
                }));
    }

    /** Only what was not begun is known not to be accepted. */
    private static HawserException unknown(Throwable failure) {
        Throwable refusal = failure.getCause() == null ? failure : failure.getCause();
        return HawserException.refusal(
                ErrorCode.UNAVAILABLE, "outcome of the first attempt: unknown; " + refusal.getMessage());
    }

    private static boolean isMySqlOut(@Nullable Throwable failure) {
        return failure instanceof HawserException refusal
                && refusal.code() == ErrorCode.UNAVAILABLE
                && refusal.getCause() instanceof SQLException;
    }

    private Spool spool() {
        return Objects.requireNonNull(spool, "asked whether it may take something");
    }
}
