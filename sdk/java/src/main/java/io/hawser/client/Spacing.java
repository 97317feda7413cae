package io.hawser.client;

import java.util.concurrent.TimeUnit;

/** Spaces what a connection sends, for a while, as its room asks. What is sent stays in order. */
final class Spacing {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long spacingNanos;
    private long untilNanos;
    private long nextNanos;

    /** At most so many frames a second for so long, an hour at most; 0 frames: no limit any more. */
    synchronized void begin(int framesPerSecond, int durationMs, long nowNanos) {
        long durationNanos = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(durationMs));
        spacingNanos = framesPerSecond == 0 ? 0 : SECOND_NANOS / Integer.toUnsignedLong(framesPerSecond);
        untilNanos = nowNanos + (framesPerSecond == 0 ? 0 : Math.min(durationNanos, LONGEST_NANOS));
    }

    /** Returns how long the next frame is to wait. Those that wait when the time is over keep their turns. */
    synchronized long nextInNanos(long nowNanos) {
        long waitNanos = Math.max(0, nextNanos - nowNanos);
        boolean spaced = untilNanos - (nowNanos + waitNanos) > 0;
        nextNanos = nowNanos + waitNanos + (spaced ? spacingNanos : 0);
        return waitNanos;
    }
}
