package io.hawser.saver.ban;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * Bounds of bans.
 *
 * @param maxBans in force at once, of all apps together; beyond: RESOURCE_EXHAUSTED. Each room holds all of them. A
 *     tenth is for bans of the whole cluster alone
 * @param maxBansPerApp of one app; beyond: RESOURCE_EXHAUSTED
 * @param liftedKeptFor how long it is remembered that a ban was lifted; a room that was cut off for longer reads all anew
 */
public record BanSettings(int maxBans, int maxBansPerApp, Duration liftedKeptFor) {
    public BanSettings {
        checkCount("maxBans", maxBans);
        checkCount("maxBansPerApp", maxBansPerApp);
        if (!liftedKeptFor.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "liftedKeptFor: " + liftedKeptFor + " (expected: a positive time)");
        }
    }

    public static BanSettings defaults() {
        return new BanSettings(100_000, 10_000, Duration.ofHours(1));
    }

    /** How many bans the apps may have together. */
    int maxBansOfApps() {
        return maxBans - maxBans / 10;
    }

    private static void checkCount(String name, int count) {
        if (count < 1 || count > 1_000_000) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + count + " (expected: 1 to 1000000)");
        }
    }
}
