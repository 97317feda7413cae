package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;

/**
 * Ends the bindings of apps that are disabled while their clients are bound. Those that come later are refused when they
 * bind.
 */
public final class UnservedApps {
    private final ConnectionLoops loops;

    public UnservedApps(ConnectionLoops loops) {
        this.loops = loops;
    }

    /** An app has changed in the directory, which says so to binds already. From any thread. */
    public void onChange(App app) {
        if (app.getDisabled()) {
            for (ConnectionLoop loop : loops.all()) {
                loop.execute(
                        () -> Walk.over(loop.members().connections(), loop, connection -> unbind(connection, app)));
            }
        }
    }

    private static void unbind(Connection connection, App app) {
        connection.unbindAll(
                app.getId(), ErrorCode.UNKNOWN_APP, "app: " + app.getId() + " (expected: one that is served)");
    }
}
