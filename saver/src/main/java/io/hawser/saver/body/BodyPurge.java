package io.hawser.saver.body;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes bodies that have expired, and requests that may be used anew, in portions. Any saver may do it for all. */
public final class BodyPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPurge.class);
    /** They may be large. */
    private static final int PORTION = 100;

    private static final int MAX_PORTIONS = 100;

    private final DataSource database;
    private final Duration requestLifetime;
    private final Clock clock;

    public BodyPurge(DataSource database, Duration requestLifetime, Clock clock) {
        this.database = database;
        this.requestLifetime = requestLifetime;
        this.clock = clock;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        try (Connection connection = database.getConnection()) {
            delete(connection, "body WHERE expires_ms < ?", nowMs);
            delete(connection, "body_request WHERE stored_ms < ?", nowMs - requestLifetime.toMillis());
        } catch (SQLException e) {
            LOG.warn("Old bodies are not deleted this time: {}", e.toString());
        }
    }

    private static void delete(Connection connection, String from, long beforeMs) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + from + " LIMIT " + PORTION)) {
            delete.setLong(1, beforeMs);
            int portions = 0;
            while (portions < MAX_PORTIONS && delete.executeUpdate() == PORTION) {
                portions++;
            }
        }
    }
}
