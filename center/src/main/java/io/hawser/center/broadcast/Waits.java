package io.hawser.center.broadcast;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.api.v1.Broadcast;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers who wait until a broadcast is done. Their number is bounded, and so is their time; whoever may not wait is answered
 * at once with how far it is.
 */
final class Waits implements AutoCloseable {
    private static final Duration MAX_WAIT = Durations.fromSeconds(30);

    private final Supplier<BroadcastSettings> settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("center-waits").factory());
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter refused;
    private volatile boolean closed;

    Waits(Supplier<BroadcastSettings> settings, MeterRegistry meters) {
        this.settings = settings;
        this.refused = Counter.builder("hawser.center.broadcast.waits.cut")
                .description("Calls answered at once because as many wait as may")
                .register(meters);
        Gauge.builder("hawser.center.broadcast.waits", waiting, AtomicInteger::get)
                .description("Calls that wait for a broadcast")
                .register(meters);
    }

    /** Returns how long is asked for, in nanoseconds; INVALID_ARGUMENT where that is too long. */
    static long nanos(Duration asked) {
        if (!Durations.isValid(asked) || Durations.isNegative(asked) || Durations.compare(asked, MAX_WAIT) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "wait: " + asked.getSeconds() + "s (expected: 0s to " + MAX_WAIT.getSeconds() + "s)");
        }
        return Durations.toNanos(asked);
    }

    /**
     * Looks until the broadcast is done, its state is another than at first, or the time is over.
     *
     * @param look asks how far it is
     */
    CompletableFuture<Broadcast> await(
            ServiceRequestContext context, long nanos, Supplier<CompletableFuture<Broadcast>> look) {
        long deadlineNanos = System.nanoTime() + nanos;
        return look.get().thenCompose(first -> {
            if (nanos == 0 || first.getDone() || !enter()) {
                return CompletableFuture.completedFuture(first);
            }
            context.setRequestTimeoutMillis(TimeoutMode.EXTEND, TimeUnit.NANOSECONDS.toMillis(nanos));
            Wait wait = new Wait(context, deadlineNanos, look, first);
            var _ = wait.answer.whenComplete((last, failure) -> waiting.decrementAndGet());
            wait.pause(first);
            return wait.answer;
        });
    }

    /** Answers all who wait, with how far theirs is by then, at the next look. */
    @Override
    public void close() {
        closed = true;
        timer.shutdown();
    }

    private boolean enter() {
        if (closed) {
            return false;
        }
        if (waiting.incrementAndGet() > settings.get().maxWaiters()) {
            waiting.decrementAndGet();
            refused.increment();
            return false;
        }
        return true;
    }

    /** One caller. Looks one after another. */
    private final class Wait {
        private final ServiceRequestContext context;
        private final long deadlineNanos;
        private final Supplier<CompletableFuture<Broadcast>> look;
        private final Broadcast first;
        private final CompletableFuture<Broadcast> answer = new CompletableFuture<>();

        Wait(
                ServiceRequestContext context,
                long deadlineNanos,
                Supplier<CompletableFuture<Broadcast>> look,
                Broadcast first) {
            this.context = context;
            this.deadlineNanos = deadlineNanos;
            this.look = look;
            this.first = first;
        }

        void pause(Broadcast seen) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 || closed || context.isCancelled()) {
                answer.complete(seen);
                return;
            }
            try {
                long pause = Math.min(left, settings.get().waitPoll().toNanos());
                var _ = timer.schedule(this::again, pause, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closing) {
                answer.complete(seen);
            }
        }

        private void again() {
            var _ = look.get().whenComplete(this::looked);
        }

        private void looked(@Nullable Broadcast seen, @Nullable Throwable failure) {
            if (seen == null) {
                answer.completeExceptionally(
                        failure == null ? new IllegalStateException("neither seen nor failed") : failure);
            } else if (seen.getDone() || seen.getState() != first.getState()) {
                answer.complete(seen);
            } else {
                pause(seen);
            }
        }
    }
}
