package io.hawser.saver.purge;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;

/**
 * How gently rows are deleted whose time is over.
 *
 * @param portion rows in one transaction; a tenth of it where they may be large
 * @param pause between two portions: others have the database meanwhile
 */
public record PurgeSettings(int portion, Duration pause) {
    private static final int MOST = 100_000;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    public PurgeSettings {
        if (portion < 1 || portion > MOST) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "portion: " + portion + " (expected: 1 to " + MOST + ")");
        }
        if (pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "pause: " + pause + " (expected: 0 s to 1 min)");
        }
    }

    public static PurgeSettings defaults() {
        return new PurgeSettings(1_000, Duration.ofMillis(10));
    }
}
