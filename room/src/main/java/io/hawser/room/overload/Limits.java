package io.hawser.room.overload;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * From which values on a level is reached.
 *
 * @param busy in the unit of what is limited: milliseconds, or percent of what there is
 */
public record Limits(int busy, int overloaded, int critical) {
    public Limits {
        if (busy < 1 || overloaded < busy || critical < overloaded) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "busy, overloaded, critical: " + busy + ", " + overloaded + ", " + critical
                            + " (expected: 1 <= busy <= overloaded <= critical)");
        }
    }

    Level reachedBy(double value) {
        if (value >= critical) {
            return Level.CRITICAL;
        }
        if (value >= overloaded) {
            return Level.OVERLOADED;
        }
        return value >= busy ? Level.BUSY : Level.NORMAL;
    }

    /** Returns from where on the level holds; of NORMAL, 0. */
    int of(Level level) {
        return switch (level) {
            case NORMAL -> 0;
            case BUSY -> busy;
            case OVERLOADED -> overloaded;
            case CRITICAL -> critical;
        };
    }
}
