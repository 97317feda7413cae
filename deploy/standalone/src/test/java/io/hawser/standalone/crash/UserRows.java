package io.hawser.standalone.crash;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** In which of MySQL's tables a user has rows. */
final class UserRows {
    /** Have some of a user who was erased: how far its numbers are given, what rooms are to be told, and who may not come. */
    private static final Set<String> STAY = Set.of("user_log", "broadcast_change", "ban");

    private static final String TABLES = """
            SELECT table_name FROM information_schema.columns
            WHERE table_schema = DATABASE() AND column_name IN ('app', 'user')
            GROUP BY table_name HAVING COUNT(*) = 2
            """;

    private final String jdbcUrl;
    private final String app;
    private final String user;

    UserRows(String jdbcUrl, String app, String user) {
        this.jdbcUrl = jdbcUrl;
        this.app = app;
        this.user = user;
    }

    /** Of those that an erasure has to empty. */
    Set<String> tables() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
            Set<String> found = new TreeSet<>();
            for (String table : all(connection)) {
                if (!STAY.contains(table) && hasRows(connection, table)) {
                    found.add(table);
                }
            }
            return found;
        }
    }

    private static List<String> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(TABLES);
                ResultSet rows = select.executeQuery()) {
            List<String> tables = new ArrayList<>();
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
            return tables;
        }
    }

    private boolean hasRows(Connection connection, String table) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM " + table + " WHERE app = ? AND user = ? LIMIT 1")) {
            select.setString(1, app);
            select.setBytes(2, user.getBytes(StandardCharsets.UTF_8));
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }
}
