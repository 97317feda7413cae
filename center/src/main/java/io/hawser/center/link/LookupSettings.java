package io.hawser.center.link;

import java.time.Duration;

/**
 * How users are looked up.
 *
 * @param maxWaiting look-ups that wait or are asked; beyond: RESOURCE_EXHAUSTED, counted
 * @param maxBatch users in one request to a register
 * @param timeout how long a register may take
 */
public record LookupSettings(int maxWaiting, int maxBatch, Duration timeout) {
    public LookupSettings {
        Settings.require(maxWaiting >= 1, "maxWaiting", maxWaiting, "at least 1");
        Settings.require(maxBatch >= 1, "maxBatch", maxBatch, "at least 1");
        Settings.require(timeout.isPositive(), "timeout", timeout, "a positive time");
    }

    public static LookupSettings defaults() {
        return new LookupSettings(65_536, 512, Duration.ofSeconds(1));
    }
}
