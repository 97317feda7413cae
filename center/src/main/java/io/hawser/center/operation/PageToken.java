package io.hawser.center.operation;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a page of a list ended, in a form that callers hand back. It bears a checksum over the list's name, so that the token
 * of another list, and what is none at all, is refused and does not become some position. It is no secret.
 */
public final class PageToken {
    private PageToken() {}

    /** @param list what is listed, by whatever filter: {@code bans/demo} */
    public static String of(String list, byte[] position) {
        ByteBuffer bytes = ByteBuffer.allocate(position.length + Integer.BYTES)
                .put(position)
                .putInt(checksum(list, position));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Returns the position of a token of this list's.
     *
     * @throws HawserException INVALID_ARGUMENT for any other
     */
    public static byte[] read(String list, String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            byte[] position = Arrays.copyOf(bytes, Math.max(0, bytes.length - Integer.BYTES));
            if (of(list, position).equals(token)) {
                return position;
            }
        } catch (IllegalArgumentException malformed) {
            // Refused below.
        }
        throw refusal(token);
    }

    /** For one whose position cannot be. */
    public static HawserException refusal(String token) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "page_token: " + token + " (expected: that of a page of this list)");
    }

    private static int checksum(String list, byte[] position) {
        CRC32C checksum = new CRC32C();
        checksum.update(list.getBytes(StandardCharsets.UTF_8));
        checksum.update(0);
        checksum.update(position);
        return (int) checksum.getValue();
    }
}
