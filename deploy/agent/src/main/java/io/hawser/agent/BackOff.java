package io.hawser.agent;

import java.time.Duration;

/** How long the next start of one process waits: twice as long after each short life in a row, up to a bound. */
final class BackOff {
    /** A shift that is beyond every pause, and far from the end of a long. */
    private static final int MOST_DOUBLINGS = 20;

    private final Restarts limits;
    private int shortLives;

    BackOff(Restarts limits) {
        this.limits = limits;
    }

    /** Returns the pause after a life that lasted so long. */
    Duration pauseAfter(Duration lived) {
        shortLives = lived.compareTo(limits.healthyAfter()) >= 0 ? 1 : Math.min(shortLives + 1, 1_000_000);
        Duration pause = limits.firstPause().multipliedBy(1L << Math.min(shortLives - 1, MOST_DOUBLINGS));
        return pause.compareTo(limits.longestPause()) < 0 ? pause : limits.longestPause();
    }

    /** Whether it has ended so often in a row that somebody should look. */
    boolean isCrashLoop() {
        return shortLives >= limits.crashLoopAfter();
    }

    /** Someone has looked: a start by hand begins anew. */
    void reset() {
        shortLives = 0;
    }
}
