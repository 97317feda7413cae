package io.hawser.keeper.cli;

import io.hawser.keeper.config.DurationText;
import java.time.Duration;

/** How long something took, for people. */
final class Times {
    private static final Duration LONG = Duration.ofSeconds(10);

    private Times() {}

    /** Returns such as {@code 350ms}, {@code 1200ms} or {@code 12s}. */
    static String format(Duration time) {
        return DurationText.format(
                time.compareTo(LONG) < 0 ? Duration.ofMillis(time.toMillis()) : Duration.ofSeconds(time.toSeconds()));
    }
}
