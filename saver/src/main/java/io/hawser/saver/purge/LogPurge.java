package io.hawser.saver.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows whose time is over: expired messages that nobody came to load, requests, tombstones and fruitless connections. In portions, so
 * that no lock is held for long; any saver may do it for all.
 */
public final class Purge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int PORTION = 1_000;
    private static final int MAX_PORTIONS = 100;

    private final DataSource database;
    private final Clock clock;
    private final Duration requestLifetime;
    private final Duration tombstoneLifetime;
    private final Duration holdLifetime;

    /**
     * @param tombstoneLifetime longer than any message lives
     * @param holdLifetime how long fruitless connections of a mailbox are remembered
     */
    public Purge(
            DataSource database,
            Clock clock,
            Duration requestLifetime,
            Duration tombstoneLifetime,
            Duration holdLifetime) {
        this.database = database;
        this.clock = clock;
        this.requestLifetime = requestLifetime;
        this.tombstoneLifetime = tombstoneLifetime;
        this.holdLifetime = holdLifetime;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        try (Connection connection = database.getConnection()) {
            delete(connection, "message", "expires_ms", nowMs);
            delete(connection, "request", "accepted_ms", nowMs - requestLifetime.toMillis());
            delete(connection, "tombstone", "at_ms", nowMs - tombstoneLifetime.toMillis());
            delete(connection, "mailbox_hold", "ended_ms", nowMs - holdLifetime.toMillis());
        } catch (SQLException e) {
            LOG.warn("Old rows are not deleted this time: {}", e.toString());
        }
    }

    private static void delete(Connection connection, String table, String column, long beforeMs) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + table + " WHERE " + column + " < ? LIMIT " + PORTION)) {
            delete.setLong(1, beforeMs);
            int portions = 0;
            while (portions < MAX_PORTIONS && delete.executeUpdate() == PORTION) {
                portions++;
            }
        }
    }
}
