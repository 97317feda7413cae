package io.hawser.wire;

/**
 * The sizes that protocol version 1 fixes, in bytes. A frame's size counts its type byte and its body, as the length
 * on the wire does.
 */
public final class FrameLimits {
    /** Bytes of the longest length prefix: three carry 2,097,151, far over any limit. */
    public static final int MAX_PREFIX_BYTES = 3;

    /** Largest frame that a room takes from a connection without a binding. */
    public static final int MAX_UNBOUND_FRAME_BYTES = 4 * 1024;

    /** Largest frame that a room takes from a connection with a binding. */
    public static final int MAX_FRAME_BYTES = 64 * 1024;

    /** Largest message body that an app may allow. */
    public static final int MAX_MESSAGE_BODY_BYTES = 64 * 1024;

    /** Largest frame that a room sends, so every client takes it: the largest message body and 8 KiB around it. */
    public static final int MAX_ROOM_FRAME_BYTES = MAX_MESSAGE_BODY_BYTES + 8 * 1024;

    private FrameLimits() {}
}
