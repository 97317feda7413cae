package io.hawser.room.ban;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How bans are followed.
 *
 * @param pollEvery how often savers are asked for changes; a new ban holds within this and the time of one call
 */
public record BanConfig(Duration pollEvery) {
    public BanConfig {
        if (pollEvery.toMillis() < 10 || pollEvery.compareTo(Duration.ofMinutes(1)) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "pollEvery: " + pollEvery + " (expected: 10ms to 1m)");
        }
    }

    public static BanConfig defaults() {
        return new BanConfig(Duration.ofMillis(500));
    }
}
