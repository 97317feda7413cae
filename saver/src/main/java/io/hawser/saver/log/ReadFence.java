package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what is said until it is known that the saver was still alive when it was asked: MySQL is asked once for all
 * answers that wait, and not at all where a commit of the same time says it.
 *
 * <p>Memory refuses nobody. The marker in Redis refuses who was overtaken, but for one whose successor does not reach
 * Redis and has memory instead. That one waits for {@link #LEASE_NANOS} before it takes anything
 * ({@link SlotState#waitsForTheLease}), so here it is enough to have lived as long before. Where MySQL does not answer,
 * what Redis says is given all the same: nothing but MySQL going on for others, who do not reach Redis, could make it
 * untrue. Owned by the lane.
 */
final class ReadFence {
    /** For so long after it lived, a saver believes its marker in Redis. */
    static final long LEASE_NANOS = 1_000_000_000L;
    /** So many ticks MySQL is waited for, where Redis has spoken: a process that stood still does not take that for silence. */
    static final int PATIENCE_TICKS = Math.toIntExact(2_000 / LaneCore.TICK_MILLIS);
    /** A MySQL that did not answer is asked again after so many, also where nobody waits. */
    static final int TICKS_BETWEEN_CHECKS = Math.toIntExact(1_000 / LaneCore.TICK_MILLIS);
    /** For so long it is taken to be silent still: longer than until the next check has failed, or has been waited for. */
    private static final long UNANSWERED_NANOS = 5_000_000_000L;

    /** Asks MySQL. */
    interface Liveness {
        /** Whether nobody has declared the life dead; blocks. */
        boolean lives(long incarnation) throws SQLException;
    }

    private final Executor lane;
    private final Executor committer;
    private final Liveness liveness;
    private final Consumer<FencedException> fenced;
    private final Timer checks;
    private final Counter unchecked;
    private List<Held> waiting = new ArrayList<>();
    /** Wait for the check that is under way. */
    private List<Held> asking = List.of();

    private boolean checking;
    private int ticksChecking;
    /** MySQL did not answer the last time. */
    private boolean unanswered;

    private long unansweredNanos;
    private int ticksToNextCheck;
    /** 0: over, or none yet. */
    private long incarnation;

    private boolean everProven;
    private long provenNanos;

    /** An answer that is not given yet. */
    private record Held(Runnable give, boolean byMemory, CompletableFuture<?> answer) {}

    /**
     * @param committer asks MySQL, between commits: so it takes no connection of its own
     * @param fenced hears that the life is over
     */
    ReadFence(
            Executor lane, Executor committer, Liveness liveness, Consumer<FencedException> fenced, LaneMeters meters) {
        this.lane = lane;
        this.committer = committer;
        this.liveness = liveness;
        this.fenced = fenced;
        this.checks = meters.readChecks;
        this.unchecked = meters.readsUnchecked;
    }

    void begin(long newIncarnation) {
        incarnation = newIncarnation;
        everProven = false;
        unanswered = false;
    }

    /** Returns what its caller gets: to be asked before the operation is begun. */
    <R> CompletableFuture<R> guard(Operation<R> operation) {
        long askedNanos = System.nanoTime();
        CompletableFuture<R> answer = new CompletableFuture<>();
        var _ = operation.result.whenComplete((value, failure) -> {
            Held held = new Held(() -> give(answer, value, failure), operation.withoutRedis, answer);
            if (saysNothing(failure) || isProven(held.byMemory ? askedNanos : askedNanos - LEASE_NANOS)) {
                held.give.run();
            } else {
                waiting.add(held);
            }
        });
        return answer;
    }

    /** MySQL took something of this life for alive, and was asked no earlier than then. */
    void proven(long sinceNanos) {
        unanswered = false;
        if (!everProven || sinceNanos - provenNanos > 0) {
            everProven = true;
            provenNanos = sinceNanos;
        }
    }

    /** Starts a check where answers wait for one and none is under way. */
    void run() {
        if (!waiting.isEmpty() && !checking) {
            startCheck();
        }
        if (isUnanswered()) {
            giveWhatRedisSays();
        }
    }

    /** At regular times: MySQL is not waited for without end, and one that did not answer is asked on. */
    void tick() {
        ticksChecking = checking ? ticksChecking + 1 : 0;
        if (ticksChecking >= PATIENCE_TICKS) {
            doesNotAnswer();
        } else if (unanswered && !checking && incarnation != 0 && --ticksToNextCheck <= 0) {
            startCheck();
        }
    }

    private void startCheck() {
        asking = waiting;
        waiting = new ArrayList<>();
        checking = true;
        ticksChecking = 0;
        long of = incarnation;
        committer.execute(() -> check(of));
    }

    private void doesNotAnswer() {
        unanswered = true;
        unansweredNanos = System.nanoTime();
        ticksToNextCheck = TICKS_BETWEEN_CHECKS;
    }

    /** Who stood still since knows nothing of MySQL any more. */
    private boolean isUnanswered() {
        return unanswered && System.nanoTime() - unansweredNanos < UNANSWERED_NANOS;
    }

    /** Gives no answer that waits. */
    void abandon(HawserException cause) {
        incarnation = 0;
        List<Held> all = new ArrayList<>(taken());
        all.addAll(waiting);
        waiting = new ArrayList<>();
        all.forEach(held -> held.answer.completeExceptionally(cause));
    }

    private void check(long of) {
        long beganNanos = System.nanoTime();
        try {
            boolean alive = liveness.lives(of);
            checks.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
            lane.execute(() -> checked(of, beganNanos, alive));
        } catch (Throwable e) {
            lane.execute(() -> failed(of, e));
        }
    }

    private void checked(long of, long beganNanos, boolean alive) {
        if (of != incarnation) {
            return;
        }
        if (!alive) {
            fenced.accept(new FencedException(of));
            return;
        }
        proven(beganNanos);
        taken().forEach(held -> held.give.run());
    }

    private void failed(long of, Throwable cause) {
        if (of == incarnation) {
            doesNotAnswer();
            giveWhatRedisSays();
            HawserException failure = new HawserException(
                    ErrorCode.UNAVAILABLE,
                    "Redis: away; and MySQL does not answer (" + cause.getMessage() + ")",
                    cause);
            taken().forEach(held -> held.answer.completeExceptionally(failure));
        }
    }

    private List<Held> taken() {
        List<Held> taken = asking;
        asking = List.of();
        checking = false;
        return taken;
    }

    private void giveWhatRedisSays() {
        asking = withoutWhatRedisSays(asking);
        List<Held> held = waiting;
        // Who is given an answer may ask for more.
        waiting = new ArrayList<>();
        waiting.addAll(0, withoutWhatRedisSays(held));
    }

    private List<Held> withoutWhatRedisSays(List<Held> held) {
        List<Held> byMemory = new ArrayList<>();
        for (Held each : held) {
            if (each.byMemory) {
                byMemory.add(each);
            } else {
                unchecked.increment();
                each.give.run();
            }
        }
        return byMemory;
    }

    private boolean isProven(long askedNanos) {
        return everProven && provenNanos - askedNanos >= 0;
    }

    /** A refusal that tells nothing of the log needs no proof. */
    private static boolean saysNothing(@Nullable Throwable failure) {
        return failure instanceof HawserException refusal
                && (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.NOT_OWNER);
    }

    private static <R> void give(CompletableFuture<R> answer, @Nullable R value, @Nullable Throwable failure) {
        if (value != null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(failure == null ? new IllegalStateException("no answer") : failure);
        }
    }
}
