package io.hawser.saver.erase;

import io.hawser.saver.journal.LogId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a log that was erased, up to the number that it had reached. */
final class LogRows {
    private static final String OF_LOG = " WHERE slot = ? AND app = ? AND user = ? AND seq <= ?";

    private LogRows() {}

    static List<String> requestIds(Connection connection, LogId log, long upTo) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT request_id FROM request" + OF_LOG)) {
            bind(select, log, upTo);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(new String(rows.getBytes(1), StandardCharsets.UTF_8));
                }
            }
        }
        return ids;
    }

    /** Returns how many there were. */
    static int delete(Connection connection, LogId log, long upTo) throws SQLException {
        int rows = 0;
        for (String table : List.of("message", "tombstone", "request")) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + OF_LOG)) {
                bind(delete, log, upTo);
                rows += delete.executeUpdate();
            }
        }
        return rows;
    }

    private static void bind(PreparedStatement statement, LogId log, long upTo) throws SQLException {
        statement.setInt(1, log.slot());
        statement.setString(2, log.app());
        statement.setBytes(3, log.user().getBytes(StandardCharsets.UTF_8));
        statement.setLong(4, upTo);
    }
}
