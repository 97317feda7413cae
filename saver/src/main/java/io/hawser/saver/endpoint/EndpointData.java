package io.hawser.saver.endpoint;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.broadcast.AppLog;
import io.hawser.saver.erase.UserData;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/** A user's memberships and cursors, of all devices. Rooms are told that the memberships changed. */
public final class EndpointData implements UserData {
    private final Clock clock;

    public EndpointData(Clock clock) {
        this.clock = clock;
    }

    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        AppLog log = AppLog.lock(connection, app);
        int memberships = delete(connection, "membership", app, user);
        if (memberships > 0) {
            log.userChanged(user, clock.millis());
            log.save(connection);
        }
        return memberships + delete(connection, "endpoint_cursor", app, user);
    }

    private static int delete(Connection connection, String table, String app, String user) throws SQLException {
        return Sql.update(connection, "DELETE FROM " + table + " WHERE app = ? AND user = ?", app, Sql.bytes(user));
    }
}
