package io.hawser.bench.chaos.load;

import io.hawser.bench.measure.BenchException;

/**
 * How much of everything there is.
 *
 * @param seed whatever is drawn is drawn from it
 * @param users of the app whose users have several devices; the other app has half of them
 * @param perSecond messages, over all users; broadcasts are a tenth of that, uplinks half
 */
public record LoadSettings(long seed, int users, double perSecond) {
    private static final int MOST_USERS = 200;
    private static final double MOST_PER_SECOND = 2_000;

    public LoadSettings {
        if (users < 2 || users > MOST_USERS) {
            throw new BenchException("--users: " + users + " (expected: 2 to " + MOST_USERS + ")");
        }
        if (!(perSecond > 0 && perSecond <= MOST_PER_SECOND)) {
            throw new BenchException("--rate: " + perSecond + " (expected: above 0, at most " + MOST_PER_SECOND + ")");
        }
    }
}
