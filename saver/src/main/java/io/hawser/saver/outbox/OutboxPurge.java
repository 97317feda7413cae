package io.hawser.saver.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what nobody will ask for any more: dead letters that nobody drove again, streams and installations that were
 * silent for long. What is undelivered stays, however old.
 */
public final class OutboxPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxPurge.class);

    private static final int PORTION = 1_000;
    private static final int MAX_PORTIONS = 50;

    private final DataSource database;
    private final Clock clock;
    private final OutboxSettings settings;

    public OutboxPurge(DataSource database, Clock clock, OutboxSettings settings) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        try (Connection connection = database.getConnection()) {
            delete(connection, "DELETE FROM dead_letter WHERE buried_ms < ?", settings.deadLetterLifetime());
            delete(connection, "DELETE FROM outbox_installation WHERE touched_ms < ?", settings.silence());
            // Who was told to be online stays: a register may ask for it.
            delete(
                    connection,
                    "DELETE FROM outbox_stream WHERE touched_ms < ? AND told <> " + StreamState.ONLINE
                            + " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.stream = outbox_stream.stream)",
                    settings.silence());
        } catch (SQLException e) {
            LOG.warn("Old rows of the outbox are not deleted this time: {}", e.toString());
        }
    }

    private void delete(Connection connection, String what, Duration age) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(what + " LIMIT " + PORTION)) {
            delete.setLong(1, clock.millis() - age.toMillis());
            int portions = 0;
            while (portions < MAX_PORTIONS && delete.executeUpdate() == PORTION) {
                portions++;
            }
        }
    }
}
