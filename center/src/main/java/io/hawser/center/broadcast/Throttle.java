package io.hawser.center.broadcast;

import java.util.concurrent.TimeUnit;

/**
 * Holds one thread to a number of users a second, which may change. Time that was not used is not made up for: after a
 * pause, it goes on at its pace.
 */
final class Throttle {
    private static final int CHUNKS_PER_SECOND = 20;
    /** Users who are served together, at most. */
    static final int MAX_CHUNK = 64;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private volatile int perSecond;
    private long freeNanos = System.nanoTime();

    /** 0: as many as it can. */
    Throttle(int perSecond) {
        this.perSecond = perSecond;
    }

    void pace(int newPerSecond) {
        perSecond = newPerSecond;
    }

    /** Waits until some users may be served; returns how many, 1 to {@code wanted}. */
    int await(int wanted) throws InterruptedException {
        int pace = perSecond;
        if (pace == 0) {
            return Math.min(wanted, MAX_CHUNK);
        }
        int chunk = Math.min(wanted, Math.clamp(pace / CHUNKS_PER_SECOND, 1, MAX_CHUNK));
        long now = System.nanoTime();
        freeNanos = freeNanos - now > 0 ? freeNanos : now;
        TimeUnit.NANOSECONDS.sleep(freeNanos - now);
        freeNanos += chunk * SECOND_NANOS / pace;
        return chunk;
    }
}
