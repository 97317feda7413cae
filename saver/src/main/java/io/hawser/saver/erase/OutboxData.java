package io.hawser.saver.erase;

import io.hawser.rpc.id.Slot;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a user sent up, and what back ends were to be told of it. A stream's row is locked first, as whoever appends to it
 * does; what a coordinator has read already it may still deliver.
 */
public final class OutboxData implements UserData {
    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        int rows = ofUser(connection, "DELETE FROM delivery_watch", app, user);
        for (byte[] stream : lockStreams(connection, app, user)) {
            for (String table : List.of("outbox", "dead_letter", "outbox_installation")) {
                rows += ofStream(connection, table, stream);
            }
        }
        return rows + ofUser(connection, "DELETE FROM outbox_stream", app, user);
    }

    private static List<byte[]> lockStreams(Connection connection, String app, String user) throws SQLException {
        List<byte[]> streams = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT stream FROM outbox_stream WHERE slot = ? AND app = ? AND user = ? ORDER BY stream FOR UPDATE")) {
            bind(select, app, user);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    streams.add(rows.getBytes(1));
                }
            }
        }
        streams.sort(Arrays::compareUnsigned);
        return streams;
    }

    private static int ofUser(Connection connection, String delete, String app, String user) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(delete + " WHERE slot = ? AND app = ? AND user = ?")) {
            bind(statement, app, user);
            return statement.executeUpdate();
        }
    }

    private static int ofStream(Connection connection, String table, byte[] stream) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE stream = ?")) {
            delete.setBytes(1, stream);
            return delete.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, String app, String user) throws SQLException {
        statement.setInt(1, Slot.of(app, user));
        statement.setString(2, app);
        statement.setBytes(3, user.getBytes(StandardCharsets.UTF_8));
    }
}
