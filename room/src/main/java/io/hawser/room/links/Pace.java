package io.hawser.room.links;

import java.util.concurrent.TimeUnit;

/** Spaces out what goes in portions, so that it is no more a second than a rate. One portion is taken at a time. */
final class Pace {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long beganNanos;
    /** What was taken up to now has had its time then, in nanoseconds from the beginning. */
    private long freeAt;

    Pace(long nowNanos) {
        this.beganNanos = nowNanos;
    }

    /** Takes a portion, and returns how many nanoseconds it has to wait: until those before have had their time. */
    long take(int size, int perSecond, long nowNanos) {
        long now = nowNanos - beganNanos;
        long from = Math.max(now, freeAt);
        freeAt = from + size * SECOND_NANOS / perSecond;
        return from - now;
    }
}
