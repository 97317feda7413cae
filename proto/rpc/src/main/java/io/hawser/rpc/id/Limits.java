package io.hawser.rpc.id;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;

/** The lengths that ids may have, and the check that names what was wrong. */
final class Limits {
    static final int ID_BYTES = 64;

    private Limits() {}

    /** Returns {@code value}, which has 1 to {@code maxBytes} bytes of UTF-8. */
    static String bounded(String what, String value, int maxBytes) {
        int bytes = utf8Length(value);
        if (bytes < 1 || bytes > maxBytes) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, what + ": " + bytes + " bytes (expected: 1 to " + maxBytes + ")");
        }
        return value;
    }

    private static int utf8Length(String value) {
        // The common id is short and ASCII; only what might be too long is worth encoding.
        int length = value.length();
        for (int i = 0; i < length; i++) {
            if (value.charAt(i) >= 0x80) {
                return value.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return length;
    }
}
