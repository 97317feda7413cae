package io.hawser.room.access;

import io.hawser.wire.Bounds;

/**
 * A token bucket whose whole state is one moment: the one at which it is full again (the virtual scheduling algorithm of
 * ITU-T I.371). Times are of {@link System#nanoTime}: only their differences mean anything.
 */
record HandshakeRate(int perSecond, int burst) {
    static final int MAX = 1_000_000;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    HandshakeRate {
        Bounds.within("handshakesPerSecond", perSecond, 1, MAX);
        Bounds.within("handshakeBurst", burst, 1, MAX);
    }

    /** Whether there is a token for one more now. */
    boolean allows(long fullAtNanos, long nowNanos) {
        return taken(fullAtNanos, nowNanos) - nowNanos <= burst * tokenNanos();
    }

    /** Takes a token: returns the moment at which the bucket is full then. */
    long taken(long fullAtNanos, long nowNanos) {
        return (isFull(fullAtNanos, nowNanos) ? nowNanos : fullAtNanos) + tokenNanos();
    }

    static boolean isFull(long fullAtNanos, long nowNanos) {
        return fullAtNanos - nowNanos <= 0;
    }

    private long tokenNanos() {
        return NANOS_A_SECOND / perSecond;
    }
}
