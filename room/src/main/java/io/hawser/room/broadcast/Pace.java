package io.hawser.room.broadcast;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket that several event loops take from, filled while the newest grant holds. It holds a quarter of a
 * second's worth, so that who is late does not come all at once.
 */
final class Pace {
    private static final int BURSTS_A_SECOND = 4;

    private long membersPerSecond;
    private long validUntilNanos;
    private long filledNanos;
    private double tokens;

    Pace(long nowNanos) {
        filledNanos = nowNanos;
        validUntilNanos = nowNanos;
    }

    /** @param newMembersPerSecond 0: no limit */
    synchronized void grant(long newMembersPerSecond, long validMs, long nowNanos) {
        fill(nowNanos);
        if (validUntilNanos < nowNanos) {
            filledNanos = nowNanos;
            tokens = Math.min(1, capacity());
        }
        membersPerSecond = newMembersPerSecond;
        validUntilNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(validMs);
    }

    /** Takes up to so many, and returns how many. */
    synchronized int take(int wanted, long nowNanos) {
        if (validUntilNanos - nowNanos < 0) {
            return 0;
        }
        if (membersPerSecond == 0) {
            return wanted;
        }
        fill(nowNanos);
        int taken = (int) Math.min(wanted, Math.floor(tokens));
        tokens -= taken;
        return taken;
    }

    /** Gives back what was not used. */
    synchronized void giveBack(int unused) {
        tokens = Math.min(capacity(), tokens + unused);
    }

    synchronized boolean isOver(long nowNanos) {
        return validUntilNanos - nowNanos < 0;
    }

    private void fill(long nowNanos) {
        double seconds = (nowNanos - filledNanos) / 1e9;
        tokens = Math.min(capacity(), tokens + seconds * membersPerSecond);
        filledNanos = nowNanos;
    }

    private double capacity() {
        return Math.max(1, (double) membersPerSecond / BURSTS_A_SECOND);
    }
}
