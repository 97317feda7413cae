package io.hawser.saver.batch;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * Bounds of one {@link Batcher}.
 *
 * @param workers transactions at once; each holds a connection of the pool
 * @param maxQueued requests that wait; beyond: RESOURCE_EXHAUSTED. One app: as many as are still free besides
 * @param maxBatch requests in one transaction
 * @param maxAttempts how often a transaction is tried that lost against others (deadlock)
 */
public record BatchSettings(int workers, int maxQueued, int maxBatch, int maxAttempts) {
    public BatchSettings {
        positive("workers", workers);
        positive("maxQueued", maxQueued);
        positive("maxBatch", maxBatch);
        positive("maxAttempts", maxAttempts);
    }

    public static BatchSettings defaults() {
        return new BatchSettings(2, 8_192, 256, 5);
    }

    /** The same bounds, with another number of requests in one transaction. */
    public BatchSettings withMaxBatch(int requests) {
        return new BatchSettings(workers, maxQueued, requests, maxAttempts);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: at least 1)");
        }
    }
}
