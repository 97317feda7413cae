package io.hawser.saver.outbox;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The last events that were stored of a stream, known by parts of their webhook ids: who tells events again, not knowing
 * whether they were taken, does so within seconds, and in the order of the first time.
 */
final class RecentEvents {
    /** More of an endpoint are not told again at once, but by one that binds and unbinds without pause. */
    static final int MAX = 32;

    private static final int PREFIX_CHARS = "msg_".length();

    private final SequencedSet<Long> fingerprints = new LinkedHashSet<>();

    static RecentEvents of(byte[] stored) {
        RecentEvents recent = new RecentEvents();
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        while (bytes.remaining() >= Long.BYTES) {
            recent.fingerprints.add(bytes.getLong());
        }
        return recent;
    }

    boolean contains(String webhookId) {
        return fingerprints.contains(fingerprint(webhookId));
    }

    /** The oldest one goes for it where there are as many as may be. */
    void add(String webhookId) {
        fingerprints.add(fingerprint(webhookId));
        if (fingerprints.size() > MAX) {
            fingerprints.removeFirst();
        }
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(fingerprints.size() * Long.BYTES);
        fingerprints.forEach(bytes::putLong);
        return bytes.array();
    }

    private static long fingerprint(String webhookId) {
        return HexFormat.fromHexDigitsToLong(webhookId, PREFIX_CHARS, PREFIX_CHARS + 2 * Long.BYTES);
    }
}
