package io.hawser.room.ban;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How bans are followed.
 *
 * @param pollEvery how often savers are asked for changes; a new ban holds within this and the time of one call
 * @param maxRetryAfter how long a client is told to stay away at most, where it may return: a ban that is lifted before
 *     its end is noticed within this
 */
public record BanConfig(Duration pollEvery, Duration maxRetryAfter) {
    public BanConfig {
        if (pollEvery.toMillis() < 10 || pollEvery.compareTo(Duration.ofMinutes(1)) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "pollEvery: " + pollEvery + " (expected: 10ms to 1m)");
        }
        if (maxRetryAfter.toMillis() < 1_000 || maxRetryAfter.compareTo(Duration.ofHours(1)) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxRetryAfter: " + maxRetryAfter + " (expected: 1s to 1h)");
        }
    }

    public static BanConfig defaults() {
        return new BanConfig(Duration.ofMillis(500), Duration.ofHours(1));
    }
}
