package io.hawser.center.operation;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.ByteBuffer;

/**
 * A page that a caller asked for.
 *
 * @param list what is listed, by whatever filter: {@code bans/demo}
 * @param position where the last page ended; 0: the first page
 */
public record Page(String list, int size, long position) {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1_000;

    public static Page of(String list, int size, String token) {
        return new Page(list, size(size), token.isEmpty() ? 0 : position(list, token));
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

    /** The token of the page after this one, which ended there. */
    public String next(long end) {
        return PageToken.of(list, ByteBuffer.allocate(Long.BYTES).putLong(end).array());
    }

    private static long position(String list, String token) {
        byte[] position = PageToken.read(list, token);
        if (position.length != Long.BYTES) {
            throw PageToken.refusal(token);
        }
        return ByteBuffer.wrap(position).getLong();
    }
}
