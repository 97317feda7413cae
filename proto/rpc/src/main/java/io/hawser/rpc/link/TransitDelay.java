package io.hawser.rpc.link;

import java.util.concurrent.TimeUnit;

/**
 * How long a batch lay on its way, in buffers of either side: what it took beyond the fastest of the last
 * seconds in which any came. The two clocks need not agree, only run alike; the fastest is forgotten because they drift,
 * and because a machine that was suspended has a clock that stood still (as in LEDBAT, RFC 6817).
 *
 * <p>Without it, requests that waited behind a stalled receiver would seem fresh when they are read at last, and would
 * be served although nobody waits for them any more.
 */
final class TransitDelay {
    private static final long WINDOW_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final long NONE = Long.MAX_VALUE;

    private long fastest = NONE;
    private long fastestBefore = NONE;
    private long windowEndMillis = Long.MIN_VALUE;

    /**
     * Returns the delay of a batch, zero or more; a clock of milliseconds tells no less than two.
     *
     * @param writtenMillis by the writer's clock; 0: it does not say
     */
    long nanos(long writtenMillis, long arrivedNanos) {
        if (writtenMillis == 0) {
            return 0;
        }
        long arrivedMillis = TimeUnit.NANOSECONDS.toMillis(arrivedNanos);
        forgetOld(arrivedMillis);
        long difference = arrivedMillis - writtenMillis;
        fastest = Math.min(fastest, difference);
        long delay = difference - Math.min(fastest, fastestBefore);
        return delay <= 1 ? 0 : TimeUnit.MILLISECONDS.toNanos(delay);
    }

    private void forgetOld(long arrivedMillis) {
        if (arrivedMillis >= windowEndMillis) {
            windowEndMillis = arrivedMillis + WINDOW_MILLIS;
            fastestBefore = fastest;
            fastest = NONE;
        }
    }
}
