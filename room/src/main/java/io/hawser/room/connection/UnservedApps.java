package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import java.util.Iterator;

/**
 * Ends the bindings of apps that are disabled while their clients are bound, some connections at a time, so that nobody
 * else on the event loop waits for it. Those that come later are refused when they bind.
 */
public final class UnservedApps {
    private static final int CONNECTIONS_A_TURN = 256;

    private final ConnectionLoops loops;

    public UnservedApps(ConnectionLoops loops) {
        this.loops = loops;
    }

    /** An app has changed in the directory, which says so to binds already. From any thread. */
    public void onChange(App app) {
        if (app.getDisabled()) {
            for (ConnectionLoop loop : loops.all()) {
                loop.execute(() -> unbindSome(
                        loop, app.getId(), loop.members().connections().iterator()));
            }
        }
    }

    private static void unbindSome(ConnectionLoop loop, String app, Iterator<Connection> rest) {
        for (int i = 0; i < CONNECTIONS_A_TURN && rest.hasNext(); i++) {
            rest.next().unbindAll(app, ErrorCode.UNKNOWN_APP, "app: " + app + " (expected: one that is served)");
        }
        loop.flush();
        if (rest.hasNext()) {
            loop.execute(() -> unbindSome(loop, app, rest));
        }
    }
}
