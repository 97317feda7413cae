package io.hawser.register;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How slots that become another register's are handed over to it.
 *
 * @param within what was held of them is kept for so long, and so long their new owner asks for it; beyond: rooms tell it
 * @param timeout how long the new owner may take to answer
 * @param askTimeout how long a look-up waits for the owner before
 * @param sessionsAtOnce sessions in one request
 */
public record HandOverSettings(Duration within, Duration timeout, Duration askTimeout, int sessionsAtOnce) {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_SESSIONS = 4_000;

    public HandOverSettings {
        if (within.isNegative() || within.compareTo(LONGEST) > 0) {
            throw refusal("within", within, "0 s to 1 min");
        }
        if (!timeout.isPositive() || !askTimeout.isPositive()) {
            throw refusal("timeout, askTimeout", timeout + ", " + askTimeout, "more than 0");
        }
        if (sessionsAtOnce < 1 || sessionsAtOnce > MOST_SESSIONS) {
            throw refusal("sessionsAtOnce", sessionsAtOnce, "1 to " + MOST_SESSIONS);
        }
    }

    public static HandOverSettings defaults() {
        return new HandOverSettings(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMillis(500), 1_000);
    }

    private static HawserException refusal(String key, Object value, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "handOver." + key + ": " + value + " (expected: " + expected + ")");
    }
}
