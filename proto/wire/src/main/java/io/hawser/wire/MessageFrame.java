package io.hawser.wire;

/**
 * Writes a MESSAGE frame around content that is not parsed.
 *
 * <p>A MESSAGE body is the room's four fields followed by the stored bytes of a {@code Content}, whose field numbers are
 * those of {@code Message}: protobuf reads the two, one after the other, as one message. So a room sends what the store
 * gave it, untouched, behind a head of a few bytes.
 */
public final class MessageFrame {
    /** Bytes of the longest head: prefix, type, and fields 1 to 4. */
    public static final int MAX_HEAD_BYTES = FrameLimits.MAX_PREFIX_BYTES + 1 + (1 + 5) + (1 + 10) + (1 + 10) + 2;

    private static final byte BINDING_TAG = 1 << 3;
    private static final byte PREV_TAG = 2 << 3;
    private static final byte SEQ_TAG = 3 << 3;
    private static final byte REDELIVERED_TAG = 4 << 3;

    private MessageFrame() {}

    /**
     * Writes all that stands before the content, at most {@link #MAX_HEAD_BYTES}.
     *
     * @param prev seq before this message in the mailbox's chain, 0 where there is none
     * @param seq 0 in a TRANSIENT message
     * @return the offset after it, where the content belongs
     */
    public static int writeHead(
            byte[] target, int offset, int binding, long prev, long seq, boolean redelivered, int contentBytes) {
        int fieldBytes = field(binding) + field(prev) + field(seq) + (redelivered ? 2 : 0);
        int at = Frames.writeHead(target, offset, FrameType.MESSAGE, fieldBytes + contentBytes);
        at = writeField(target, at, BINDING_TAG, binding);
        at = writeField(target, at, PREV_TAG, prev);
        at = writeField(target, at, SEQ_TAG, seq);
        return writeField(target, at, REDELIVERED_TAG, redelivered ? 1 : 0);
    }

    /** Returns the whole frame around {@code content}, ready for the wire. */
    public static byte[] encode(int binding, long prev, long seq, boolean redelivered, byte[] content) {
        byte[] head = new byte[MAX_HEAD_BYTES];
        int headBytes = writeHead(head, 0, binding, prev, seq, redelivered, content.length);
        byte[] frame = new byte[headBytes + content.length];
        System.arraycopy(head, 0, frame, 0, headBytes);
        System.arraycopy(content, 0, frame, headBytes, content.length);
        return frame;
    }

    /** Size of a one-byte tag and its value; as in all of proto3, zero is not written. */
    private static int field(long value) {
        return value == 0 ? 0 : 1 + Varint.size(value);
    }

    private static int writeField(byte[] target, int at, byte tag, long value) {
        if (value == 0) {
            return at;
        }
        target[at] = tag;
        return Varint.write(target, at + 1, value);
    }
}
