package io.hawser.saver.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Units of work, and the locks on an incarnation that order them against a take-over. */
public final class Transactions {
    /** Work on a connection that is committed after it. */
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final DataSource database;

    public Transactions(DataSource database) {
        this.database = database;
    }

    /** Runs work and commits it; rolls back where it throws. */
    public <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /**
     * Runs work of an incarnation that is alive until it is committed.
     *
     * @throws FencedException where it is not
     */
    public <T> T runAs(long incarnation, Work<T> work) throws SQLException {
        return run(connection -> {
            String state = lock(connection, incarnation, "LOCK IN SHARE MODE").orElse("");
            if (!state.equals("ALIVE") && !state.equals("LEAVING")) {
                throw new FencedException(incarnation);
            }
            return work.on(connection);
        });
    }

    /** Locks an incarnation's row until the transaction ends, and returns its state. */
    public static Optional<String> lockState(Connection connection, long incarnation) throws SQLException {
        return lock(connection, incarnation, "FOR UPDATE");
    }

    private static Optional<String> lock(Connection connection, long incarnation, String mode) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT state FROM incarnation WHERE id = ? " + mode)) {
            select.setLong(1, incarnation);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
