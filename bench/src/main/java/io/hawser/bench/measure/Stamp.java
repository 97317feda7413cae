package io.hawser.bench.measure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * What a message's body begins with: which phase of the run it is of, and when it was due to be sent.
 *
 * @param dueNanos a reading of {@link System#nanoTime}, which is one clock for all processes of a Linux machine: sender
 *     and receivers are on one
 */
public record Stamp(int phase, long dueNanos) {
    public static final int BYTES = Integer.BYTES + Long.BYTES;

    /** As back ends write it: the same names again and again, with other values; deflate halves it, more or less. */
    private static final byte[] TEXT = text(64 * 1024);

    /** Returns a body of this size that begins with the stamp; the rest is JSON. */
    public byte[] body(int bytes) {
        ByteBuffer body =
                ByteBuffer.allocate(Math.max(bytes, BYTES)).putInt(phase).putLong(dueNanos);
        while (body.hasRemaining()) {
            body.put(TEXT, 0, Math.min(TEXT.length, body.remaining()));
        }
        return body.array();
    }

    private static byte[] text(int bytes) {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder json = new StringBuilder("[");
        while (json.length() < bytes) {
            json.append("{\"id\":%d,\"price\":%d.%02d,\"in_stock\":%s,\"title\":\"item %x\"},"
                    .formatted(
                            random.nextInt(100_000),
                            random.nextInt(500),
                            random.nextInt(100),
                            random.nextBoolean(),
                            random.nextLong()));
        }
        return json.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }

    public static Stamp of(ByteBuffer body) {
        return new Stamp(body.getInt(), body.getLong());
    }
}
