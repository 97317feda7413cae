package io.hawser.rpc.link;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: drawn evenly from zero to a limit that doubles with each failure, up to a
 * most ("full jitter", Brooker, 2015), so that the many who lost the same peer do not come back together.
 */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final long minNanos;
    private final long maxNanos;
    private final DoubleSupplier chance;
    private int failures;

    /** {@code chance} draws from 0 (included) to 1. */
    Backoff(long minNanos, long maxNanos, DoubleSupplier chance) {
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.chance = chance;
    }

    long nextNanos() {
        long limit = Math.min(maxNanos, minNanos << Math.min(failures, MAX_DOUBLINGS));
        if (limit < minNanos) {
            limit = maxNanos;
        }
        failures++;
        return (long) (chance.getAsDouble() * limit);
    }

    void reset() {
        failures = 0;
    }
}
