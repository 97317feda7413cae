package io.hawser.rpc.backoff;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double with each failure in a row; half of each is drawn by lot, so that those who failed together do not
 * come together again.
 *
 * @param first the wait after the first failure, at most
 * @param longest what no wait is above
 */
public record Backoff(Duration first, Duration longest) {
    private static final int MOST_DOUBLINGS = 20;

    /** Milliseconds to wait after so many failures in a row before this one. */
    public long ms(int failures) {
        long doubled = first.toMillis() << Math.min(failures, MOST_DOUBLINGS);
        long ms = Math.max(2, Math.min(doubled, longest.toMillis()));
        return ms / 2 + ThreadLocalRandom.current().nextLong(ms / 2);
    }
}
