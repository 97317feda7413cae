package io.hawser.center.operation;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * A page that a caller asked for.
 *
 * @param position where the last page ended; 0: the first page
 */
public record Page(int size, long position) {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1_000;

    public static Page of(int size, String token) {
        return new Page(size(size), token.isEmpty() ? 0 : position(token));
    }

    /** Returns how many entries a page has where so many were asked for; 0: the default. */
    public static int size(int asked) {
        if (asked < 0 || asked > MAX_SIZE) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "page_size: " + Integer.toUnsignedString(asked) + " (expected: 0 to " + MAX_SIZE + ")");
        }
        return asked == 0 ? DEFAULT_SIZE : asked;
    }

    public static String token(long position) {
        return Long.toString(position, Character.MAX_RADIX);
    }

    private static long position(String token) {
        try {
            long position = Long.parseLong(token, Character.MAX_RADIX);
            if (position > 0) {
                return position;
            }
        } catch (NumberFormatException malformed) {
            // Refused below.
        }
        throw HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "page_token: " + token + " (expected: next_page_token of a page before)");
    }
}
