package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** How long an event loop and its clients wait before they try again: by lot, or all would come at the same moment. */
final class Waits {
    private static final int MAX_DOUBLINGS = 30;

    private final RandomGenerator random;
    private final Supplier<ConnectionConfig> config;

    Waits(RandomGenerator random, Supplier<ConnectionConfig> config) {
        this.random = random;
        this.config = config;
    }

    /** The wait after so many failures: it doubles, and half of it is drawn. */
    long backoffMs(int failures) {
        long fullMs = Math.min(
                config.get().firstBackoff().toMillis() << Math.min(failures, MAX_DOUBLINGS),
                config.get().maxBackoff().toMillis());
        return fullMs / 2 + random.nextLong(fullMs / 2 + 1);
    }

    /** The configured interval, give or take a half. */
    long pollMs() {
        long intervalMs = config.get().detachedPoll().toMillis();
        return intervalMs / 2 + random.nextLong(intervalMs + 1);
    }

    /** How long a client that was refused with this code is to stay away; 0: by its own back-off alone. */
    int retryAfterMs(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> (int) pollMs();
            default -> 0;
        };
    }

    /** So long, give or take a half: of one that goes for the others' sake. */
    int aboutMs(int milliseconds) {
        return milliseconds / 2 + random.nextInt(milliseconds + 1);
    }

    /** Returns one of so many. */
    int below(int bound) {
        return random.nextInt(bound);
    }
}
