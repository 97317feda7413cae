package io.hawser.room.broadcast;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import io.hawser.wire.FrameLimits;

/**
 * Which bodies of broadcasts are compressed. Changes hold at once; the method for those who greet, and {@link Method#NONE}
 * for all.
 *
 * @param method in what they are compressed
 * @param minBody the shortest body that is
 * @param after members on an event loop who take compressed bodies, and are given one as it is before it is compressed: a
 *     kilobyte costs as much processor time as 3 to 30 writes to members, so that is not spent on a few
 */
public record CompressionConfig(Method method, ByteSize minBody, int after) {
    /** In what bodies are compressed. */
    public enum Method {
        NONE,
        DEFLATE
    }

    public CompressionConfig {
        Bounds.within("minBody", minBody.bytes(), 1, FrameLimits.MAX_MESSAGE_BODY_BYTES);
        Bounds.within("after", after, 0, 1_000_000);
    }

    public static CompressionConfig defaults() {
        return new CompressionConfig(Method.DEFLATE, new ByteSize(512), 32);
    }
}
