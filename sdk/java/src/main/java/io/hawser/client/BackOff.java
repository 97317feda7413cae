package io.hawser.client;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Delays between attempts: exponential with full jitter, so that clients that lost the same room at the same moment
 * come back spread over the whole span. (Marc Brooker, "Exponential Backoff And Jitter".) For one thread.
 */
final class BackOff {
    private final long baseNanos;
    private final long capNanos;
    private final DoubleSupplier chance;
    private int attempt;

    /**
     * Makes a back-off.
     *
     * @param chance gives evenly spread numbers, 0 inclusive to 1 exclusive
     */
    BackOff(long baseNanos, long capNanos, DoubleSupplier chance) {
        this.baseNanos = baseNanos;
        this.capNanos = capNanos;
        this.chance = chance;
    }

    /** Returns how long to wait before the next attempt: anything from {@code atLeastMs} to that plus the span. */
    long nextNanos(long atLeastMs) {
        double span = Math.min((double) capNanos, baseNanos * Math.pow(2, attempt));
        attempt = Math.min(attempt + 1, 62);
        return TimeUnit.MILLISECONDS.toNanos(atLeastMs) + (long) (span * chance.getAsDouble());
    }

    boolean isFirst() {
        return attempt == 0;
    }

    /** The next delay is of the first span again. */
    void reset() {
        attempt = 0;
    }
}
