package io.hawser.bench.measure;

import java.nio.ByteBuffer;

/**
 * What a message's body begins with: which phase of the run it is of, and when it was due to be sent.
 *
 * @param dueNanos a reading of {@link System#nanoTime}, which is one clock for all processes of a Linux machine: sender
 *     and receivers are on one
 */
public record Stamp(int phase, long dueNanos) {
    public static final int BYTES = Integer.BYTES + Long.BYTES;

    /** Returns a body of this size that begins with the stamp. */
    public byte[] body(int bytes) {
        return ByteBuffer.allocate(Math.max(bytes, BYTES))
                .putInt(phase)
                .putLong(dueNanos)
                .array();
    }

    public static Stamp of(ByteBuffer body) {
        return new Stamp(body.getInt(), body.getLong());
    }
}
