package io.hawser.center.operation;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * A page that a caller asked for.
 *
 * @param position where the last page ended; 0: the first page
 */
record Page(int size, long position) {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1_000;

    static Page of(int size, String token) {
        if (size < 0 || size > MAX_SIZE) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "page_size: " + Integer.toUnsignedString(size) + " (expected: 0 to " + MAX_SIZE + ")");
        }
        return new Page(size == 0 ? DEFAULT_SIZE : size, token.isEmpty() ? 0 : position(token));
    }

    static String token(long position) {
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
