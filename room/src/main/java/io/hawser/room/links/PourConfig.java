package io.hawser.room.links;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How sessions are told to new owners of slots.
 *
 * @param slotsAtOnce slots whose sessions are gathered together
 * @param sessionsPerRequest sessions in one request
 * @param timeout how long a register may take to answer
 * @param retryAfter wait before slots that were refused, or a register that did not answer, are tried again
 */
public record PourConfig(int slotsAtOnce, int sessionsPerRequest, Duration timeout, Duration retryAfter) {
    public PourConfig {
        if (slotsAtOnce < 1 || sessionsPerRequest < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "pour: " + slotsAtOnce + ", " + sessionsPerRequest + " (expected: at least 1)");
        }
    }

    public static PourConfig defaults() {
        return new PourConfig(64, 500, Duration.ofSeconds(2), Duration.ofMillis(300));
    }
}
