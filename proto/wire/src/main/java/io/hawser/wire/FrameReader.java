package io.hawser.wire;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames from a blocking stream, such as a socket's. Buffers what it reads, so nobody else may read from the
 * stream. For one thread.
 */
public final class FrameReader {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final int maxFrameBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;

    /**
     * Makes a reader.
     *
     * @param maxFrameBytes largest frame to take: {@link FrameLimits#MAX_ROOM_FRAME_BYTES} for a client
     */
    public FrameReader(InputStream in, int maxFrameBytes) {
        this.in = in;
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Waits for the next frame and returns it, or null where the stream ended between two frames.
     *
     * @throws IOException from the stream, a socket's read time-out included. It may have come within a frame, so the
     *     reader is of no further use
     * @throws HawserException PROTOCOL_ERROR or FRAME_TOO_LARGE if what came is no frame, or is cut off
     */
    public @Nullable Frame read() throws IOException {
        if (at == end && !fill()) {
            return null;
        }
        int length = readLength();
        FrameLength.check(length, maxFrameBytes);
        int type = readByte() & 0xff;
        return new Frame(type, readBody(length - 1));
    }

    private int readLength() throws IOException {
        int length = 0;
        for (int index = 0; ; index++) {
            byte next = readByte();
            length = FrameLength.accumulate(length, index, next);
            if (FrameLength.isLast(next)) {
                return length;
            }
        }
    }

    private byte readByte() throws IOException {
        if (at == end && !fill()) {
            throw truncated();
        }
        return buffer[at++];
    }

    private byte[] readBody(int bodyBytes) throws IOException {
        byte[] body = new byte[bodyBytes];
        int buffered = Math.min(bodyBytes, end - at);
        System.arraycopy(buffer, at, body, 0, buffered);
        at += buffered;
        if (in.readNBytes(body, buffered, bodyBytes - buffered) < bodyBytes - buffered) {
            throw truncated();
        }
        return body;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        return end > 0;
    }

    private static HawserException truncated() {
        return HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "stream: ended within a frame");
    }
}
