package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * What a room remembers of connections that ended before their clients acknowledged all that was written to them.
 *
 * @param maxRemembered bindings; beyond, those that have been remembered for longest are forgotten, and what is written
 *     to them again is not flagged
 * @param keptFor how long each is remembered
 */
public record RedeliveryConfig(int maxRemembered, Duration keptFor) {
    public RedeliveryConfig {
        if (maxRemembered < 0 || maxRemembered > 10_000_000) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxRemembered: " + maxRemembered + " (expected: 0 to 10000000)");
        }
        if (!keptFor.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "keptFor: " + keptFor + " (expected: a positive duration)");
        }
    }

    public static RedeliveryConfig defaults() {
        return new RedeliveryConfig(65_536, Duration.ofMinutes(10));
    }
}
