package io.hawser.rpc.link;

import java.util.List;
import java.util.function.Consumer;

/** Who of a service is alive, by the last view there is. */
public interface Membership {
    View view();

    /**
     * Has {@code listener} called with the present view at once and with each later one, never concurrently.
     *
     * @return ends the subscription when closed
     */
    AutoCloseable onChange(Consumer<View> listener);

    /** One state of the membership; a later one has a higher version. */
    record View(long version, List<Peer> peers) {
        public View {
            peers = List.copyOf(peers);
        }
    }
}
