package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;

/**
 * How far the listener is, as it is kept beyond this process. A store that fails is told and counted, and nothing waits for
 * it: a message in the hand is worth more than a mark about it. For the listener thread.
 */
final class Marks {
    private final PositionStore store;
    private final Handing handing;
    private final Counters counters;

    Marks(PositionStore store, Handing handing, Counters counters) {
        this.store = store;
        this.handing = handing;
        this.counters = counters;
    }

    void save(PositionStore.Position position) {
        try {
            store.save(position);
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    void save(BroadcastPosition position) {
        try {
            store.saveBroadcasts(position);
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    void close() {
        try {
            store.close();
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    /** Also for what else is kept on this device. */
    void failed(Exception e) {
        counters.storeFailures.incrementAndGet();
        handing.tell(l -> l.onError(new HawserException(ErrorCode.INTERNAL, "position store: " + e.getMessage(), e)));
    }
}
