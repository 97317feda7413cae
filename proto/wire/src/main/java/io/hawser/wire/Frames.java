package io.hawser.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Encodes frames, and parses their bodies. */
public final class Frames {
    private static final byte[] NO_BODY = {};

    private Frames() {}

    /** Returns the two bytes of a PING. */
    public static byte[] ping() {
        return encode(FrameType.PING, NO_BODY);
    }

    /** Returns the two bytes of a PONG. */
    public static byte[] pong() {
        return encode(FrameType.PONG, NO_BODY);
    }

    /** Returns the frame of this type around {@code body}, ready for the wire. */
    public static byte[] encode(int type, MessageLite body) {
        int bodyBytes = body.getSerializedSize();
        byte[] frame = new byte[size(bodyBytes)];
        int bodyAt = writeHead(frame, 0, type, bodyBytes);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(frame, bodyAt, bodyBytes);
            body.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the size asked for was full", e);
        }
        return frame;
    }

    /** Returns the frame of this type around an encoded body, ready for the wire. */
    public static byte[] encode(int type, byte[] body) {
        byte[] frame = new byte[size(body.length)];
        int bodyAt = writeHead(frame, 0, type, body.length);
        System.arraycopy(body, 0, frame, bodyAt, body.length);
        return frame;
    }

    /** Returns how many bytes a frame takes on the wire, its prefix included. */
    public static int size(int bodyBytes) {
        return Varint.size(bodyBytes + 1) + 1 + bodyBytes;
    }

    /**
     * Writes what stands before the body: length and type, at most {@link FrameLimits#MAX_PREFIX_BYTES} + 1 bytes.
     *
     * @return the offset after it
     */
    public static int writeHead(byte[] target, int offset, int type, int bodyBytes) {
        int at = Varint.write(target, offset, bodyBytes + 1);
        target[at] = (byte) type;
        return at + 1;
    }

    /**
     * Returns the parsed body of a frame.
     *
     * @throws HawserException PROTOCOL_ERROR if the body is not a message of that kind
     */
    public static <T extends MessageLite> T parse(Parser<T> parser, byte[] body) {
        try {
            return parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw malformed(e);
        }
    }

    /**
     * Returns the parsed body of a frame: what remains in the buffer, which may be direct. Byte fields are copied out
     * of it.
     *
     * @throws HawserException PROTOCOL_ERROR if the body is not a message of that kind
     */
    public static <T extends MessageLite> T parse(Parser<T> parser, ByteBuffer body) {
        try {
            return parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw malformed(e);
        }
    }

    private static HawserException malformed(InvalidProtocolBufferException e) {
        return HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "frame body: " + e.getMessage());
    }
}
