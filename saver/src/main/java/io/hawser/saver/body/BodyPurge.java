package io.hawser.saver.body;

import io.hawser.saver.journal.BoundedPurge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes bodies that have expired, and requests that may be used anew, in portions. Any saver may do it for all. */
public final class BodyPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPurge.class);
    /** They may be large. */
    private static final int BODIES = 100;

    private static final int REQUESTS = 1_000;
    private static final int MAX_PORTIONS = 10;

    private final DataSource database;
    private final Duration requestLifetime;
    private final Clock clock;
    private boolean behind;

    public BodyPurge(DataSource database, Duration requestLifetime, Clock clock) {
        this.database = database;
        this.requestLifetime = requestLifetime;
        this.clock = clock;
    }

    /** Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        behind = false;
        try (Connection connection = database.getConnection()) {
            boolean bodies = delete(connection, "body WHERE expires_ms < ?", nowMs, BODIES);
            long beforeMs = nowMs - requestLifetime.toMillis();
            behind = delete(connection, "body_request WHERE stored_ms < ?", beforeMs, REQUESTS) || bodies;
        } catch (SQLException e) {
            LOG.warn("Old bodies are not deleted this time: {}", e.toString());
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    /** Returns whether the bound was reached. */
    private static boolean delete(Connection connection, String from, long beforeMs, int portion) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + from + " LIMIT " + portion)) {
            delete.setLong(1, beforeMs);
            int portions = 0;
            while (portions < MAX_PORTIONS && delete.executeUpdate() == portion) {
                portions++;
            }
            return portions == MAX_PORTIONS;
        }
    }
}
