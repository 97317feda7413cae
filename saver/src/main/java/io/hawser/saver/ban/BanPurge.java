package io.hawser.saver.ban;

import io.hawser.saver.journal.Transactions;
import java.sql.SQLException;
import java.time.Clock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes bans that have expired or were lifted some time ago, in portions. Any saver may do it for all. */
public final class BanPurge implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BanPurge.class);
    private static final int PORTION = 1_000;
    private static final int MAX_PORTIONS = 100;

    private final Transactions transactions;
    private final Clock clock;

    public BanPurge(DataSource database, Clock clock) {
        this.transactions = new Transactions(database);
        this.clock = clock;
    }

    /** Deletes what is there to delete, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        long nowMs = clock.millis();
        try {
            int portions = 0;
            while (portions < MAX_PORTIONS && deletePortion(nowMs) >= PORTION) {
                portions++;
            }
        } catch (SQLException e) {
            LOG.warn("Old bans are not deleted this time: {}", e.toString());
        }
    }

    /** Under the lock of changes: a ban that is put again at this moment is not deleted. */
    private int deletePortion(long nowMs) throws SQLException {
        return transactions.run(connection -> {
            var _ = BanTables.nextVersion(connection);
            return BanTables.deleteOver(connection, nowMs, PORTION);
        });
    }
}
