package io.hawser.room.overload;

/**
 * The level that one value stands for. It rises with the value at once, and sinks by one at a time, after the value has
 * been clearly below for a while: who was sent away is not to come back into the same trouble.
 */
final class Scale {
    /** The level is kept by what is above this share of its limit. */
    private static final double KEPT_ABOVE = 0.9;

    private Level level = Level.NORMAL;
    private long calmSinceNanos;

    Level read(double value, Limits limits, long nowNanos, long calmForNanos) {
        Level reached = limits.reachedBy(value);
        if (reached.isAtLeast(level)) {
            level = reached;
            calmSinceNanos = nowNanos;
        } else if (value > KEPT_ABOVE * limits.of(level)) {
            calmSinceNanos = nowNanos;
        } else if (nowNanos - calmSinceNanos >= calmForNanos) {
            level = level.below();
            calmSinceNanos = nowNanos;
        }
        return level;
    }
}
