package io.hawser.saver.purge;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Deletes rows whose time is over: the oldest first, by an index, a portion a transaction, with pauses between them. So
 * no lock is held for long, and commits do not queue up behind a purge. One thread uses it.
 */
public final class Portions {
    /** After so many others have their turn. */
    public static final int OF_A_TURN = 20;

    private static final int MAX_ATTEMPTS = 5;

    private final StoreTransactions transactions;
    private final PurgeSettings settings;
    private final MeterRegistry meters;
    /** By table: how many seconds ago the oldest row that is still there should have gone. */
    private final Map<String, AtomicLong> behind = new ConcurrentHashMap<>();

    public Portions(DataSource database, PurgeSettings settings, MeterRegistry meters) {
        this.transactions = new StoreTransactions(database, MAX_ATTEMPTS, meters);
        this.settings = settings;
        this.meters = meters;
    }

    /**
     * Deletes rows of before a time, as many as there are or as a turn takes. Blocks.
     *
     * @return whether there are more
     * @throws HawserException where the database is away, or the saver is closing
     */
    public boolean delete(Outdated rows, long beforeMs) {
        int limit = rows.rowsOf(settings.portion());
        for (int portion = 0; portion < OF_A_TURN; portion++) {
            if (portion > 0) {
                pause();
            }
            int deleted = deletePortion(rows, beforeMs, limit);
            meters.counter("hawser.saver.purge.rows", "table", rows.table()).increment(deleted);
            if (deleted < limit) {
                secondsBehind(rows.table()).set(0);
                return false;
            }
        }
        long leftMs = oldest(rows, beforeMs);
        secondsBehind(rows.table()).set((beforeMs - leftMs) / 1_000);
        return leftMs < beforeMs;
    }

    private int deletePortion(Outdated rows, long beforeMs, int limit) {
        return transactions.run(connection -> Sql.update(
                connection,
                "DELETE FROM " + rows.table() + " WHERE " + rows.time() + " < ?" + rows.besides() + " ORDER BY "
                        + rows.time() + " LIMIT " + limit,
                beforeMs));
    }

    /** Returns the time of the oldest row that should have gone; where there is none, that before which all have. */
    private long oldest(Outdated rows, long beforeMs) {
        return transactions.run(connection -> Sql.first(
                        connection,
                        "SELECT " + rows.time() + " FROM " + rows.table() + " WHERE " + rows.time() + " < ?"
                                + rows.besides() + " ORDER BY " + rows.time() + " LIMIT 1",
                        row -> row.getLong(1),
                        beforeMs)
                .orElse(beforeMs));
    }

    private AtomicLong secondsBehind(String table) {
        return behind.computeIfAbsent(table, name -> {
            AtomicLong seconds = new AtomicLong();
            Gauge.builder("hawser.saver.purge.behind", seconds, AtomicLong::get)
                    .tag("table", name)
                    .baseUnit("seconds")
                    .register(meters);
            return seconds;
        });
    }

    private void pause() {
        try {
            Thread.sleep(settings.pause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HawserException(ErrorCode.UNAVAILABLE, "the saver is closing", e);
        }
    }
}
