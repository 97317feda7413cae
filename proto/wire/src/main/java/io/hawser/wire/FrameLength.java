package io.hawser.wire;

/**
 * The length in front of a frame: an unsigned LEB128 varint of at most {@link FrameLimits#MAX_PREFIX_BYTES} bytes, in
 * its shortest form.
 *
 * <p>Reading is one step a byte and keeps nothing, so it works on any buffer:
 *
 * <pre>{@code
 * int length = 0;
 * for (int i = 0; i < readable; i++) {
 *     length = FrameLength.accumulate(length, i, bytes[start + i]);
 *     if (FrameLength.isLast(bytes[start + i])) {
 *         FrameLength.check(length, limit);
 *         return frameAt(start + i + 1, length);
 *     }
 * }
 * return needMoreBytes();
 * }</pre>
 */
public final class FrameLength {
    private FrameLength() {}

    /**
     * Returns the length after one more byte of it.
     *
     * @param soFar what the call for the byte before returned, 0 at first
     * @param index how many bytes of the prefix came before this one, 0 to 2
     * @throws HawserException PROTOCOL_ERROR if the prefix goes on beyond three bytes, or is not in its shortest form
     */
    public static int accumulate(int soFar, int index, byte next) {
        if (index == FrameLimits.MAX_PREFIX_BYTES - 1 && next < 0) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "frame length: over 3 bytes (expected: 1 to 3)");
        }
        if (index > 0 && next == 0) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "frame length: padded to " + (index + 1) + " bytes (expected: shortest form)");
        }
        return soFar | (next & 0x7f) << (7 * index);
    }

    /** Returns whether the prefix ends with this byte. */
    public static boolean isLast(byte next) {
        return next >= 0;
    }

    /**
     * Checks a whole length, before anything is allocated for it.
     *
     * @param maxFrameBytes the limit that holds now
     * @throws HawserException PROTOCOL_ERROR if there is no room for the type byte; FRAME_TOO_LARGE if over the limit
     */
    public static void check(int length, int maxFrameBytes) {
        if (length < 1) {
            throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "frame length: 0 (expected: at least 1)");
        }
        if (length > maxFrameBytes) {
            throw HawserException.refusal(
                    ErrorCode.FRAME_TOO_LARGE, "frame length: " + length + " (expected: 1 to " + maxFrameBytes + ")");
        }
    }
}
