package io.hawser.center.message;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How messages are handed to rooms.
 *
 * @param maxInHand stored messages that are being looked up or pushed; beyond, the push is dropped and counted, and the
 *     saver drives it again
 * @param timeout how long a room may take
 */
public record PushSettings(int maxInHand, Duration timeout) {
    public PushSettings {
        if (maxInHand < 1 || !timeout.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "pushes: zero or negative (expected: positive numbers)");
        }
    }

    public static PushSettings defaults() {
        return new PushSettings(32_768, Duration.ofSeconds(2));
    }
}
