package io.hawser.keeper.registry;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How far a loss of peers is believed.
 *
 * @param probeTimeout how long one attempt to connect to a peer may take
 * @param probeTries attempts before a peer counts as gone; 1 to 10
 * @param probeAgain how often a peer that answers, though it is not registered, is asked again
 * @param lossWindow losses within this time count as one loss
 * @param doubtAtMost after which a peer that is not registered counts as gone whatever answers at its address
 */
public record DiscoverySettings(
        Duration probeTimeout, int probeTries, Duration probeAgain, Duration lossWindow, Duration doubtAtMost) {
    public DiscoverySettings {
        if (probeTries < 1 || probeTries > 10) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "probeTries: " + probeTries + " (expected: 1 to 10)");
        }
        positive("probeTimeout", probeTimeout);
        positive("probeAgain", probeAgain);
        positive("lossWindow", lossWindow);
        positive("doubtAtMost", doubtAtMost);
    }

    public static DiscoverySettings defaults() {
        return new DiscoverySettings(
                Duration.ofMillis(500), 2, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofMinutes(10));
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: more than 0)");
        }
    }
}
