package io.hawser.saver.log;

import java.time.Duration;

/**
 * How long a Redis that is back has to answer before logs are worked on there again: each change costs all slots their
 * generation, and each log a reading from MySQL. One that is lost again soon has to answer for twice as long the next
 * time. Owned by the lane.
 */
final class Probation {
    private static final int MAX_DOUBLINGS = 5;

    private final long firstNanos;
    private int doublings;
    private long trustedNanos;
    private boolean trusted;

    Probation(Duration first) {
        firstNanos = first.toNanos();
    }

    long nanos() {
        return firstNanos << doublings;
    }

    /** It passed. */
    void passed(long nowNanos) {
        trusted = true;
        trustedNanos = nowNanos;
    }

    /** Something stands in for it: it did not keep what it promised, if it had passed before. */
    void failed(long nowNanos) {
        boolean soon = trusted && nowNanos - trustedNanos < firstNanos << MAX_DOUBLINGS;
        doublings = soon ? Math.min(doublings + 1, MAX_DOUBLINGS) : 0;
        trusted = false;
    }
}
