package io.hawser.center.link;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** How settings are refused: by their key, with the value and what was expected. */
public final class Settings {
    private Settings() {}

    /** INVALID_ARGUMENT where it does not hold. The key is that in its record; the reader of YAML puts the path before. */
    public static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, key + ": " + value + " (expected: " + expected + ")");
        }
    }
}
