package io.hawser.wire;

/** One frame as it was read: its type and its body, not parsed yet. */
public final class Frame {
    private final int type;
    private final byte[] body;

    /**
     * Makes a frame of these parts.
     *
     * @param type one of {@link FrameType}, or one that is not known here, 0 to 255
     * @param body not copied: it belongs to the frame from now on
     */
    public Frame(int type, byte[] body) {
        this.type = type;
        this.body = body;
    }

    public int type() {
        return type;
    }

    /** Returns the body itself, not a copy. */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return FrameType.nameOf(type) + "[" + body.length + " bytes]";
    }
}
