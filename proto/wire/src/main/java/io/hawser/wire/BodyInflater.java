package io.hawser.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.hawser.wire.v1.Broadcast;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Restores bodies that came compressed. What a body is to take is known before, so none takes more. */
public final class BodyInflater {
    private BodyInflater() {}

    /**
     * Returns the broadcast with its body as it was sent.
     *
     * @throws HawserException PROTOCOL_ERROR if the encoding is not known here, or the body is not as {@link #inflate} has
     *     it
     */
    public static Broadcast restored(Broadcast broadcast) {
        switch (broadcast.getEncoding()) {
            case IDENTITY:
                return broadcast;
            case DEFLATE:
                return broadcast.toBuilder()
                        .setBody(inflate(broadcast.getBody(), broadcast.getBodyBytes()))
                        .clearEncoding()
                        .clearBodyBytes()
                        .build();
            default:
                throw refusal("encoding: " + broadcast.getEncodingValue() + " (expected: 0 or 1)");
        }
    }

    /**
     * Returns what was compressed.
     *
     * @param bodyBytes what it takes, as its frame says; looked at before anything is allocated for it
     * @throws HawserException PROTOCOL_ERROR if it takes more or less than this, its check sum is wrong, something follows
     *     it, or this is no length of a body
     */
    public static ByteString inflate(ByteString deflated, int bodyBytes) {
        if (bodyBytes < 1 || bodyBytes > FrameLimits.MAX_MESSAGE_BODY_BYTES) {
            throw refusal("body_bytes: " + Integer.toUnsignedString(bodyBytes) + " (expected: 1 to "
                    + FrameLimits.MAX_MESSAGE_BODY_BYTES + ")");
        }
        byte[] body = new byte[bodyBytes];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated.toByteArray());
            if (!fill(body, inflater) || !isAtEnd(inflater)) {
                throw refusal("body: inflates to another length (expected: " + bodyBytes + " bytes)");
            }
            return UnsafeByteOperations.unsafeWrap(body);
        } catch (DataFormatException e) {
            throw refusal("body: " + e.getMessage() + " (expected: zlib format)");
        } finally {
            inflater.end();
        }
    }

    /** Returns whether there is as much. */
    private static boolean fill(byte[] body, Inflater inflater) throws DataFormatException {
        int at = 0;
        int more = -1;
        while (at < body.length && more != 0) {
            more = inflater.inflate(body, at, body.length - at);
            at += more;
        }
        return at == body.length;
    }

    /** The check sum is read with what would follow the last byte. */
    private static boolean isAtEnd(Inflater inflater) throws DataFormatException {
        return inflater.inflate(new byte[1]) == 0 && inflater.finished() && inflater.getRemaining() == 0;
    }

    private static HawserException refusal(String detail) {
        return HawserException.refusal(ErrorCode.PROTOCOL_ERROR, detail);
    }
}
