package io.hawser.room.connection;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Who may not bind, as last heard: what is in force now. May be asked by any thread. */
public interface Bans {
    /** Nobody is banned. */
    Bans NONE = new Bans() {
        @Override
        public @Nullable Banned ofPeer(InetAddress peer) {
            return null;
        }

        @Override
        public @Nullable Banned ofEndpoint(String app, String user, String device, @Nullable InetAddress peer) {
            return null;
        }
    };

    /** Returns what keeps an address out of the room altogether; null: nothing. */
    @Nullable
    Banned ofPeer(InetAddress peer);

    /**
     * Returns what keeps an endpoint from being bound; null: nothing.
     *
     * @param peer where its connection comes from; null where that is not known
     */
    @Nullable
    Banned ofEndpoint(String app, String user, String device, @Nullable InetAddress peer);
}
