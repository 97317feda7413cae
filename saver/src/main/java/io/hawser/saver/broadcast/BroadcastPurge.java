package io.hawser.saver.broadcast;

import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.saver.journal.Transactions;
import io.hawser.saver.purge.BoundedPurge;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.Portions;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from broadcasts what is over: entries, changes, requests, tasks, and what rooms and centers of earlier times left.
 * In portions, so that no lock is held for long.
 */
public final class BroadcastPurge implements BoundedPurge {
    private static final Logger LOG = LoggerFactory.getLogger(BroadcastPurge.class);
    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_APPS = 1_000;
    /** Longer than any entry lives: what was reported of one that is no more. */
    private static final Duration REPORT_LIFETIME = Duration.ofDays(62);

    private static final Duration CENTER_LIFETIME = Duration.ofHours(1);

    private static final Outdated REQUESTS = Outdated.by("broadcast_request", "accepted_ms");
    private static final Outdated TASKS = Outdated.by("broadcast_task", "expires_ms")
            .where("state NOT IN " + TaskStep.UNFINISHED_STATES
                    + " AND NOT EXISTS (SELECT 1 FROM broadcast_entry WHERE broadcast_entry.app = broadcast_task.app"
                    + " AND broadcast_entry.bseq = broadcast_task.bseq)");
    private static final Outdated REPORTS = Outdated.by("broadcast_progress", "at_ms");
    private static final Outdated CENTERS = Outdated.by("broadcast_center", "seen_ms");

    private final BroadcastSettings settings;
    private final StoreTransactions transactions;
    private final Portions portions;
    private final Clock clock;
    private final Tending tending;
    private final Trim trim;
    private boolean behind;

    public BroadcastPurge(
            BroadcastSettings settings, DataSource database, Portions portions, Clock clock, MeterRegistry registry) {
        BroadcastMeters meters = new BroadcastMeters(registry);
        this.settings = settings;
        this.transactions = new StoreTransactions(database, MAX_ATTEMPTS, registry);
        this.portions = portions;
        this.clock = clock;
        this.tending = new Tending(settings, clock, meters);
        this.trim = new Trim(settings.maxEntries(), meters);
    }

    /** Takes what there is to take, up to a bound; the next run goes on. Blocks. */
    @Override
    public void run() {
        behind = false;
        try {
            Rooms unknown = Rooms.of(List.of());
            for (String app : transactions.run(connection -> tending.appsInNeed(connection, unknown))) {
                transact(connection -> tending.tend(connection, app, unknown));
            }
            trimExpired();
            trimChanges();
            behind = deleteOld();
        } catch (HawserException e) {
            LOG.warn("What is over of broadcasts is not taken this time: {}", e.toString());
        }
    }

    private void trimExpired() {
        for (String app :
                apps("SELECT DISTINCT app FROM broadcast_entry WHERE expires_ms <= ? LIMIT ?", clock.millis())) {
            transact(connection -> {
                AppLog log = AppLog.lock(connection, app);
                trim.ofExpired(connection, log, clock.millis());
                // Behind one that lives on, entries have to stay, so that the log has no hole; their content has not.
                Sql.update(
                        connection,
                        "UPDATE broadcast_entry SET content = '' WHERE app = ? AND expires_ms <= ? AND content <> ''",
                        app,
                        clock.millis());
            });
        }
    }

    private void trimChanges() {
        long beforeMs = clock.millis() - settings.changeLifetime().toMillis();
        for (String app : apps("SELECT DISTINCT app FROM broadcast_change WHERE at_ms < ? LIMIT ?", beforeMs)) {
            transact(connection -> {
                AppLog log = AppLog.lock(connection, app);
                long last = Sql.list(
                                connection,
                                "SELECT COALESCE(MAX(number), 0) AS last FROM broadcast_change"
                                        + " WHERE app = ? AND at_ms < ?",
                                row -> row.getLong("last"),
                                app,
                                beforeMs)
                        .getFirst();
                Sql.update(connection, "DELETE FROM broadcast_change WHERE app = ? AND number <= ?", app, last);
                log.changesTrimmedTo(last);
                log.save(connection);
            });
        }
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    /** Returns whether there is more. */
    private boolean deleteOld() {
        boolean requests = portions.delete(REQUESTS, before(settings.requestLifetime()));
        boolean tasks = portions.delete(TASKS, before(settings.taskLifetime()));
        boolean reports = portions.delete(REPORTS, before(REPORT_LIFETIME));
        return portions.delete(CENTERS, before(CENTER_LIFETIME)) || requests || tasks || reports;
    }

    private long before(Duration lifetime) {
        return clock.millis() - lifetime.toMillis();
    }

    private List<String> apps(String sql, long beforeMs) {
        return transactions.run(
                connection -> Sql.list(connection, sql, row -> row.getString("app"), beforeMs, MAX_APPS));
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void transact(Work work) {
        Transactions.Work<Boolean> whole = connection -> {
            work.on(connection);
            return true;
        };
        transactions.run(whole);
    }
}
