package io.hawser.saver.body;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes bodies that have expired, in portions. Any saver may do it for all. */
public final class BodyPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPurge.class);
    /** They may be large. */
    private static final int PORTION = 100;

    private static final int MAX_PORTIONS = 100;

    private final DataSource database;
    private final Clock clock;

    public BodyPurge(DataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        try (Connection connection = database.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM body WHERE expires_ms < ? LIMIT " + PORTION)) {
            delete.setLong(1, clock.millis());
            int portions = 0;
            while (portions < MAX_PORTIONS && delete.executeUpdate() == PORTION) {
                portions++;
            }
        } catch (SQLException e) {
            LOG.warn("Old bodies are not deleted this time: {}", e.toString());
        }
    }
}
