package io.hawser.saver.endpoint;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes cursors of endpoints that have been away for longer than any broadcast lives. Any saver may do it for all. */
public final class CursorPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CursorPurge.class);
    private static final int MAX_ATTEMPTS = 5;
    private static final int PORTION = 1_000;
    private static final int MAX_PORTIONS = 100;

    private final EndpointSettings settings;
    private final StoreTransactions transactions;
    private final Clock clock;

    public CursorPurge(EndpointSettings settings, DataSource database, Clock clock, MeterRegistry meters) {
        this.settings = settings;
        this.transactions = new StoreTransactions(database, MAX_ATTEMPTS, meters);
        this.clock = clock;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        long beforeMs = clock.millis() - settings.cursorLifetime().toMillis();
        try {
            int portions = 0;
            while (portions < MAX_PORTIONS && deletePortion(beforeMs) == PORTION) {
                portions++;
            }
        } catch (HawserException e) {
            LOG.warn("Old cursors are not deleted this time: {}", e.toString());
        }
    }

    private int deletePortion(long beforeMs) {
        return transactions.run(connection ->
                Sql.update(connection, "DELETE FROM endpoint_cursor WHERE saved_ms < ? LIMIT " + PORTION, beforeMs));
    }
}
