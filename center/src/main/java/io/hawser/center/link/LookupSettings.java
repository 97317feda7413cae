package io.hawser.center.link;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
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
        if (maxWaiting < 1 || maxBatch < 1 || !timeout.isPositive()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "lookups: zero or negative (expected: positive numbers)");
        }
    }

    public static LookupSettings defaults() {
        return new LookupSettings(65_536, 512, Duration.ofSeconds(1));
    }
}
