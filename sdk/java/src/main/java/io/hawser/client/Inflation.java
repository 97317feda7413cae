package io.hawser.client;

import io.hawser.wire.BodyInflater;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Encoding;
import java.util.List;

/**
 * Whether rooms may compress the bodies of broadcasts. Not any more, once there was one that cannot be restored: it comes
 * again on the next connection, as it is. Else it would come again and again, and be refused each time. For the I/O thread.
 */
final class Inflation {
    private final Counters counters;
    private boolean allowed;

    Inflation(boolean allowed, Counters counters) {
        this.allowed = allowed;
        this.counters = counters;
    }

    /** Returns what HELLO offers. */
    List<Encoding> offered() {
        return allowed ? List.of(Encoding.DEFLATE) : List.of();
    }

    /**
     * Returns the broadcast with its body as it was sent.
     *
     * @throws HawserException PROTOCOL_ERROR if it cannot be restored
     */
    Broadcast restored(Broadcast broadcast) {
        try {
            Broadcast restored = BodyInflater.restored(broadcast);
            if (broadcast.getEncoding() != Encoding.IDENTITY) {
                counters.inflated.incrementAndGet();
            }
            return restored;
        } catch (HawserException refusal) {
            allowed = false;
            throw refusal;
        }
    }
}
