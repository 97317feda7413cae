package io.hawser.center.message;

import io.hawser.center.link.Settings;
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
        Settings.require(maxInHand >= 1, "maxInHand", maxInHand, "at least 1");
        Settings.require(timeout.isPositive(), "timeout", timeout, "a positive time");
    }

    public static PushSettings defaults() {
        return new PushSettings(32_768, Duration.ofSeconds(2));
    }
}
