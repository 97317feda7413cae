package io.hawser.rpc.link;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of the calls of one event loop: a hashed timing wheel (Varghese and Lauck, 1987), so that a call costs
 * two links and no timer. A deadline is noticed up to a tick late. Nothing ticks while no call is pending.
 */
final class Deadlines {
    private static final int BUCKETS = 512;

    private final EventExecutor loop;
    private final LongSupplier nanoTime;
    private final long tickNanos;
    private final Consumer<PendingCall<?>> expired;
    private final long startNanos;
    private final @Nullable PendingCall<?>[] heads = new PendingCall<?>[BUCKETS];
    private long visitedTick;
    private int size;
    private boolean ticking;

    Deadlines(EventExecutor loop, LongSupplier nanoTime, long tickNanos, Consumer<PendingCall<?>> expired) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.tickNanos = tickNanos;
        this.expired = expired;
        this.startNanos = nanoTime.getAsLong();
    }

    void add(PendingCall<?> call) {
        // Never into a bucket that this revolution has left behind: it would be seen a whole revolution late.
        long tick = Math.max(tickAtOrAfter(call.deadlineNanos), visitedTick + 1);
        int bucket = (int) (tick & (BUCKETS - 1));
        PendingCall<?> head = heads[bucket];
        call.bucket = bucket;
        call.nextDue = head;
        if (head != null) {
            head.previousDue = call;
        }
        heads[bucket] = call;
        size++;
        startTicking();
    }

    void remove(PendingCall<?> call) {
        if (call.bucket < 0) {
            return;
        }
        PendingCall<?> previous = call.previousDue;
        PendingCall<?> next = call.nextDue;
        if (previous == null) {
            heads[call.bucket] = next;
        } else {
            previous.nextDue = next;
        }
        if (next != null) {
            next.previousDue = previous;
        }
        call.bucket = -1;
        call.previousDue = null;
        call.nextDue = null;
        size--;
    }

    /** Visits the buckets whose time has come. */
    void advance() {
        long now = nanoTime.getAsLong();
        long present = (now - startNanos) / tickNanos;
        long first = Math.max(visitedTick + 1, present - BUCKETS + 1);
        for (long tick = first; tick <= present; tick++) {
            visit((int) (tick & (BUCKETS - 1)), now);
        }
        visitedTick = present;
    }

    private void visit(int bucket, long now) {
        PendingCall<?> call = heads[bucket];
        while (call != null) {
            PendingCall<?> next = call.nextDue;
            if (call.deadlineNanos - now <= 0) {
                remove(call);
                expired.accept(call);
            }
            call = next;
        }
    }

    private long tickAtOrAfter(long deadlineNanos) {
        return Math.ceilDiv(deadlineNanos - startNanos, tickNanos);
    }

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            visitedTick = Math.max(visitedTick, (nanoTime.getAsLong() - startNanos) / tickNanos - 1);
            scheduleTick();
        }
    }

    private void scheduleTick() {
        if (!loop.isShuttingDown()) {
            var _ = loop.schedule(this::tick, tickNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        advance();
        ticking = size > 0;
        if (ticking) {
            scheduleTick();
        }
    }
}
