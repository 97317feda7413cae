package io.hawser.bench.unicast;

import java.nio.ByteBuffer;

/**
 * What a message's body begins with: which phase of the run it is of, and when it was due to be sent.
 *
 * @param dueNanos a reading of {@link System#nanoTime}: sender and receivers are one process
 */
record Stamp(int phase, long dueNanos) {
    static final int BYTES = Integer.BYTES + Long.BYTES;

    /** Returns a body of this size that begins with the stamp. */
    byte[] body(int bytes) {
        return ByteBuffer.allocate(Math.max(bytes, BYTES))
                .putInt(phase)
                .putLong(dueNanos)
                .array();
    }

    static Stamp of(ByteBuffer body) {
        return new Stamp(body.getInt(), body.getLong());
    }
}
