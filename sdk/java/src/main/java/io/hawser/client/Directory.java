package io.hawser.client;

import io.hawser.wire.v1.Addresses;
import java.io.IOException;
import java.util.Collection;

/** Who knows the rooms: the dispatchers, or in tests a list. */
interface Directory {
    /**
     * Returns rooms to try.
     *
     * @param network name of the network the device is on; may be empty
     * @param failed addresses that did not work
     * @param retry how many lists were tried in vain since the last success
     * @throws IOException where nobody answered
     */
    Addresses ask(String network, Collection<String> failed, int retry) throws IOException;

    /** Nobody could name a room, and one said when to ask again. */
    final class NoRoom extends IOException {
        private static final long serialVersionUID = 1L;

        private final long retryAfterMs;

        NoRoom(String message, long retryAfterMs) {
            super(message);
            this.retryAfterMs = retryAfterMs;
        }

        long retryAfterMs() {
            return retryAfterMs;
        }
    }
}
