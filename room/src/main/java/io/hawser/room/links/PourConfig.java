package io.hawser.room.links;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How sessions are told to new owners of slots.
 *
 * @param slotsAtOnce slots whose sessions are gathered together
 * @param sessionsPerRequest sessions in one request
 * @param sessionsPerSecond of this room to all registers together: what is poured leaves room for who comes and goes
 * @param timeout how long a register may take to answer
 * @param retryAfter wait before slots that were refused, or a register that did not answer, are tried again
 * @param compareEvery within so long each slot is compared with what its register holds
 */
public record PourConfig(
        int slotsAtOnce,
        int sessionsPerRequest,
        int sessionsPerSecond,
        Duration timeout,
        Duration retryAfter,
        Duration compareEvery) {
    private static final Duration OFTENEST = Duration.ofSeconds(1);
    private static final Duration SELDOMEST = Duration.ofHours(1);

    public PourConfig {
        positive("slotsAtOnce", slotsAtOnce);
        positive("sessionsPerRequest", sessionsPerRequest);
        positive("sessionsPerSecond", sessionsPerSecond);
        if (compareEvery.compareTo(OFTENEST) < 0 || compareEvery.compareTo(SELDOMEST) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "pour.compareEvery: " + compareEvery + " (expected: 1 s to 1 h)");
        }
    }

    public static PourConfig defaults() {
        return new PourConfig(64, 500, 100_000, Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(30));
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "pour." + name + ": " + value + " (expected: at least 1)");
        }
    }
}
