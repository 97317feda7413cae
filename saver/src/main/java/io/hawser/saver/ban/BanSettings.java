package io.hawser.saver.ban;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * Bounds of bans.
 *
 * @param maxBans in force at once, of all apps together; beyond: RESOURCE_EXHAUSTED. Each room holds all of them
 * @param liftedKeptFor how long it is remembered that a ban was lifted; a room that was cut off for longer reads all anew
 */
public record BanSettings(int maxBans, Duration liftedKeptFor) {
    public BanSettings {
        if (maxBans < 1 || maxBans > 1_000_000) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxBans: " + maxBans + " (expected: 1 to 1000000)");
        }
        if (!liftedKeptFor.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "liftedKeptFor: " + liftedKeptFor + " (expected: a positive time)");
        }
    }

    public static BanSettings defaults() {
        return new BanSettings(100_000, Duration.ofHours(1));
    }
}
