package io.hawser.saver.purge;

import java.time.Duration;

/** Rows that go so long after the time that each of them names. */
public record Lifetime(Outdated rows, Duration time) {
    /** Rows that name the time at which they go. */
    public static Lifetime until(Outdated rows) {
        return new Lifetime(rows, Duration.ZERO);
    }
}
