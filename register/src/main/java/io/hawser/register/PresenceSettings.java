package io.hawser.register;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * When a device counts as offline. Changes hold at once, for those who leave from then on.
 *
 * @param parking how long after its last session a device is not yet offline, for it may be back; also how long after the
 *     rooms have told all of a slot its devices are compared with those that were told to be online
 * @param maxParked devices of a lane that wait so; beyond: the one that waits longest is told offline early
 * @param maxTold devices of a slot that are compared; beyond: those that were never told online are not found
 * @param timeout how long a coordinator may take to say who was told online
 */
public record PresenceSettings(Duration parking, int maxParked, int maxTold, Duration timeout) {
    public PresenceSettings {
        within("parking ms", parking.toMillis(), 0, 3_600_000);
        within("maxParked", maxParked, 1, 1 << 24);
        within("maxTold", maxTold, 1, 1 << 24);
        within("timeout ms", timeout.toMillis(), 1, 60_000);
    }

    public static PresenceSettings defaults() {
        return new PresenceSettings(Duration.ofSeconds(30), 250_000, 100_000, Duration.ofSeconds(5));
    }

    private static void within(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
