package io.hawser.agent;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * After what pauses a process that ended is started again.
 *
 * @param firstPause after the first end; each further one in a row waits twice as long
 * @param longestPause at most
 * @param healthyAfter a life as long as this was fine: what comes after it is the first end again
 * @param crashLoopAfter so many short lives in a row are shown as a crash loop; it is still started again
 */
public record Restarts(Duration firstPause, Duration longestPause, Duration healthyAfter, int crashLoopAfter) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    public Restarts {
        within("firstPause", firstPause, SHORTEST, longestPause);
        within("longestPause", longestPause, firstPause, LONGEST);
        within("healthyAfter", healthyAfter, SHORTEST, LONGEST);
        if (crashLoopAfter < 1 || crashLoopAfter > 1_000) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "crashLoopAfter: " + crashLoopAfter + " (expected: 1 to 1000)");
        }
    }

    public static Restarts defaults() {
        return new Restarts(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(30), 5);
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
