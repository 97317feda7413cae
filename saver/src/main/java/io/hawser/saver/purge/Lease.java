package io.hawser.saver.purge;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which saver purges for all: whoever holds a row in MySQL, by the database's own clock. It is held as long as it is
 * asked for, given back at the end, and free where its holder has not asked for it in time. All methods block.
 *
 * <p>What is done under it may be done by two at once, where one stood still beyond its time: they delete the same rows.
 */
public final class Lease implements BooleanSupplier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final int MAX_ATTEMPTS = 5;
    private static final String NAME = "purge";

    private final StoreTransactions transactions;
    private final byte[] holder;
    private final Duration time;
    private volatile boolean held;

    /**
     * @param holder of all that may ask for it
     * @param time after which it is free where it is not asked for
     */
    public Lease(DataSource database, String holder, Duration time, MeterRegistry meters) {
        this.transactions = new StoreTransactions(database, MAX_ATTEMPTS, meters);
        this.holder = Sql.bytes(holder);
        this.time = time;
        Gauge.builder("hawser.saver.purge.leader", this, lease -> lease.held ? 1 : 0)
                .register(meters);
    }

    /** Returns whether it is this one's now, for as long as was said; not where the database cannot be asked. */
    @Override
    public boolean getAsBoolean() {
        try {
            boolean ours = transactions.run(this::take) == 1;
            if (ours != held) {
                LOG.info(ours ? "This saver purges from now on" : "Another saver purges from now on");
            }
            held = ours;
        } catch (HawserException e) {
            held = false;
            LOG.warn("Nothing is purged this time: {}", e.toString());
        }
        return held;
    }

    /** Gives it back, where it is this one's. */
    @Override
    public void close() {
        if (held) {
            held = false;
            transactions.run(connection -> Sql.update(
                    connection,
                    "UPDATE lease SET until_ms = 0 WHERE name = ? AND holder = ?",
                    Sql.bytes(NAME),
                    holder));
        }
    }

    private int take(Connection connection) throws SQLException {
        return Sql.update(
                connection,
                "UPDATE lease SET holder = ?, until_ms = " + Sql.NOW_MS
                        + " + ? WHERE name = ? AND (holder = ? OR until_ms < " + Sql.NOW_MS + ")",
                holder,
                time.toMillis(),
                Sql.bytes(NAME),
                holder);
    }
}
