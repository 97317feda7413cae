package io.hawser.bench.swarm;

import io.hawser.bench.measure.Stamp;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Finds the stamps of compressed bodies. A broadcast's are one and the same for all clients of a generator, which shares the
 * processors with what it measures: so what was inflated before is not inflated again. For one thread.
 */
final class Inflating {
    /** Broadcasts under way, as the clients of a generator see them, and compressed by several event loops. */
    private static final int MOST_KNOWN = 256;

    private final Inflater inflater = new Inflater();
    private final Map<ByteBuffer, ByteBuffer> known = new LinkedHashMap<>();

    /** Returns what the body begins with: a stamp, at 0. */
    ByteBuffer stamp(ByteBuffer in, int bodyAt, int bodyBytes) {
        ByteBuffer body = in.slice(bodyAt, bodyBytes);
        ByteBuffer stamp = known.get(body);
        if (stamp == null) {
            stamp = inflated(body.duplicate());
            if (known.size() == MOST_KNOWN) {
                known.remove(known.keySet().iterator().next());
            }
            known.put(ByteBuffer.allocate(bodyBytes).put(body).flip(), stamp);
        }
        return stamp;
    }

    private ByteBuffer inflated(ByteBuffer body) {
        byte[] begin = new byte[Stamp.BYTES];
        inflater.reset();
        inflater.setInput(body);
        try {
            if (inflater.inflate(begin) < begin.length) {
                throw new IllegalArgumentException("a compressed body that holds no stamp");
            }
            return ByteBuffer.wrap(begin);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a compressed body that cannot be inflated", e);
        }
    }
}
