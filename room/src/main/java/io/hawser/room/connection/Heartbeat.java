package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How often clients are to be heard. Whole seconds.
 *
 * @param preferred for clients that have no wish
 * @param min wishes below get this
 * @param max wishes above get this
 */
public record Heartbeat(Duration preferred, Duration min, Duration max) {
    public Heartbeat {
        if (min.compareTo(Duration.ofSeconds(1)) < 0 || max.compareTo(min) < 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "min: " + min + ", max: " + max + " (expected: 1s <= min <= max)");
        }
        if (preferred.compareTo(min) < 0 || preferred.compareTo(max) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "preferred: " + preferred + " (expected: " + min + " to " + max + ")");
        }
    }

    public static Heartbeat defaults() {
        return new Heartbeat(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** Returns the interval for a client that would like {@code wishedSeconds}; 0: it has no wish. */
    int decide(int wishedSeconds) {
        if (wishedSeconds == 0) {
            return (int) preferred.toSeconds();
        }
        // The wish is unsigned on the wire: one over 2^31 is long, not negative.
        long wished = Integer.toUnsignedLong(wishedSeconds);
        return (int) Math.clamp(wished, min.toSeconds(), max.toSeconds());
    }
}
