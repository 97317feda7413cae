package io.hawser.saver.erase;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.journal.LogId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a log that was erased, up to the number that it had reached: a portion a transaction. */
final class LogRows {
    /** Rows of a table; and records that one script looks at. */
    static final int PORTION = 500;

    private static final String OF_LOG = " WHERE slot = ? AND app = ? AND user = ? AND seq <= ?";
    private static final String OLDEST = OF_LOG + " ORDER BY seq LIMIT " + PORTION;

    /** Parameters of it. */
    private static final int BOUND = 4;

    private LogRows() {}

    /**
     * The oldest requests of a log.
     *
     * @param last there are no others
     */
    record Requests(List<String> ids, boolean last) {}

    static Requests requests(Connection connection, LogId log, long upTo) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT request_id FROM request" + OLDEST)) {
            bind(select, log, upTo);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(new String(rows.getBytes(1), StandardCharsets.UTF_8));
                }
            }
        }
        return new Requests(ids, ids.size() < PORTION);
    }

    /** Deletes requests, and returns how many: one that was made anew since is not of the log that was erased. */
    static int delete(Connection connection, Requests requests, LogId log, long upTo) throws SQLException {
        if (requests.ids.isEmpty()) {
            return 0;
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM request" + OF_LOG + " AND request_id IN " + Sql.in(requests.ids.size()))) {
            bind(delete, log, upTo);
            int index = BOUND;
            for (String id : requests.ids) {
                delete.setBytes(++index, Sql.bytes(id));
            }
            return delete.executeUpdate();
        }
    }

    /** Deletes the oldest rows of a table, and returns how many: less than a portion where there are no others. */
    static int delete(Connection connection, String table, LogId log, long upTo) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + OLDEST)) {
            bind(delete, log, upTo);
            return delete.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, LogId log, long upTo) throws SQLException {
        statement.setInt(1, log.slot());
        statement.setString(2, log.app());
        statement.setBytes(3, Sql.bytes(log.user()));
        statement.setLong(BOUND, upTo);
    }
}
