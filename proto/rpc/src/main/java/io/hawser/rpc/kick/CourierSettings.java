package io.hawser.rpc.kick;

import io.hawser.rpc.backoff.Backoff;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How kicks are repeated.
 *
 * @param maxInHand kicks that are not confirmed yet; beyond: RESOURCE_EXHAUSTED
 * @param attemptTimeout how long an answer is waited for
 * @param firstBackoff how long a room that did not answer is left alone at first; it doubles with each attempt, and half of
 *     it is drawn by lot
 * @param maxBackoff the longest wait between attempts at a room
 * @param roomGoneAfter a room that is in no view counts as gone when a kick has waited so long for it: it might be new,
 *     and the view late
 */
public record CourierSettings(
        int maxInHand, Duration attemptTimeout, Duration firstBackoff, Duration maxBackoff, Duration roomGoneAfter) {
    public CourierSettings {
        if (maxInHand < 1 || maxInHand > 1 << 24) {
            throw refusal("maxInHand", maxInHand, "1 to " + (1 << 24));
        }
        positive("attemptTimeout", attemptTimeout);
        positive("firstBackoff", firstBackoff);
        positive("maxBackoff", maxBackoff);
        positive("roomGoneAfter", roomGoneAfter);
    }

    public static CourierSettings defaults() {
        return new CourierSettings(
                65_536, Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /** How long to wait after so many failures in a row before. */
    long backoffMs(int failures) {
        return new Backoff(firstBackoff, maxBackoff).ms(failures);
    }

    private static void positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofHours(1)) > 0) {
            throw refusal(what, value, "above 0, up to 1 h");
        }
    }

    private static HawserException refusal(String what, Object value, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: " + expected + ")");
    }
}
