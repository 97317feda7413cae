package io.hawser.center.link;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls whose outcome is unknown, or that met the wrong owner of a slot, with full jitter (Brooker, "Exponential
 * Backoff And Jitter"), until their budget is spent. What callers did wrong is not repeated.
 */
public final class Repeats implements AutoCloseable {
    private final Supplier<RepeatSettings> settings;
    private final ScheduledExecutorService timer;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter repeated;
    private final Counter refused;

    /** Asks for its settings with each call, so that they may change. */
    public Repeats(Supplier<RepeatSettings> settings, MeterRegistry meters) {
        this.settings = settings;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("center-repeats").factory());
        this.repeated = Counter.builder("hawser.center.repeats")
                .description("Calls to savers and registers that were made again")
                .register(meters);
        this.refused = Counter.builder("hawser.center.repeats.refused")
                .description("Calls that failed at once because too many waited for their next attempt")
                .register(meters);
    }

    /**
     * Makes a call until it succeeds, fails for good, or the budget is spent.
     *
     * @param service that is called, as callers are told of it ({@link Outages})
     * @param call gets an attempt's time
     */
    public <R> CompletableFuture<R> run(String service, Function<Duration, CompletableFuture<R>> call) {
        Attempts<R> attempts = new Attempts<>(
                service, call, System.nanoTime() + settings.get().budget().toNanos());
        attempts.next();
        return attempts.result;
    }

    /** Calls that wait make their last attempt and end. */
    @Override
    public void close() {
        timer.shutdown();
    }

    /** What a future failed with, as a refusal with its code; faults become INTERNAL. */
    public static HawserException refusalOf(Throwable failure) {
        Throwable cause = failure;
        while (isWrapped(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof HawserException refusal
                ? refusal
                : new HawserException(ErrorCode.INTERNAL, "a fault of ours", cause);
    }

    private static boolean isWrapped(Throwable failure) {
        return failure instanceof CompletionException || failure instanceof ExecutionException;
    }

    private static boolean mayBeRepeated(HawserException failure) {
        return switch (failure.code()) {
            case NOT_OWNER, UNAVAILABLE, DEADLINE_EXCEEDED, DRAINING -> true;
            default -> false;
        };
    }

    private final class Attempts<R> {
        private final String service;
        private final Function<Duration, CompletableFuture<R>> call;
        private final long deadlineNanos;
        private final CompletableFuture<R> result = new CompletableFuture<>();
        private int made;
        private @Nullable HawserException earlier;

        Attempts(String service, Function<Duration, CompletableFuture<R>> call, long deadlineNanos) {
            this.service = service;
            this.call = call;
            this.deadlineNanos = deadlineNanos;
        }

        void next() {
            made++;
            long left = Math.max(1, deadlineNanos - System.nanoTime());
            Duration timeout =
                    Duration.ofNanos(Math.min(left, settings.get().attempt().toNanos()));
            var _ = call.apply(timeout).whenComplete(this::ended);
        }

        private void ended(@Nullable R reply, @Nullable Throwable failure) {
            if (failure == null) {
                result.complete(reply);
                return;
            }
            HawserException refusal = refusalOf(failure);
            long pause = pauseNanos();
            if (!mayBeRepeated(refusal) || System.nanoTime() + pause - deadlineNanos >= 0 || !await(pause, refusal)) {
                result.completeExceptionally(Outages.told(service, mostTelling(refusal)));
            }
        }

        /** That the last attempt had little time left says less than why the one before it failed. */
        private HawserException mostTelling(HawserException last) {
            HawserException before = earlier;
            return before != null && last.code() == ErrorCode.DEADLINE_EXCEEDED ? before : last;
        }

        private boolean await(long pauseNanos, HawserException failure) {
            earlier = mostTelling(failure);
            if (waiting.incrementAndGet() > settings.get().maxWaiting()) {
                waiting.decrementAndGet();
                refused.increment();
                return false;
            }
            try {
                var _ = timer.schedule(this::again, pauseNanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (RejectedExecutionException closed) {
                waiting.decrementAndGet();
                return false;
            }
        }

        private void again() {
            waiting.decrementAndGet();
            repeated.increment();
            next();
        }

        private long pauseNanos() {
            RepeatSettings present = settings.get();
            long max = present.maxBackoff().toNanos();
            int doublings = Math.min(made - 1, 20);
            long min = present.minBackoff().toNanos();
            long bound = min > max >> doublings ? max : min << doublings;
            return 1 + ThreadLocalRandom.current().nextLong(bound);
        }
    }
}
