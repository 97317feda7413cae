package io.hawser.standalone.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The lives of savers, as MySQL has them. */
public final class SaverLives {
    private final String jdbcUrl;

    public SaverLives(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    /** Returns the number of a saver's newest life. */
    public long newest(String saver) throws SQLException {
        return number("SELECT MAX(id) FROM incarnation WHERE node = ?", saver);
    }

    /** Whether others have ended a life, and have taken over what it left. */
    public boolean isClosed(long life) throws SQLException {
        return number("SELECT COUNT(*) FROM incarnation WHERE state = 'CLOSED' AND id = ?", life) == 1;
    }

    /** Returns how many commits of a life are in the journal: after its end nobody takes them out any more. */
    public long commits(long life) throws SQLException {
        return number("SELECT COUNT(*) FROM journal WHERE incarnation = ?", life);
    }

    private long number(String sql, Object argument) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, argument);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
