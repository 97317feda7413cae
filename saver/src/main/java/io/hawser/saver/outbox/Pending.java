package io.hawser.saver.outbox;

import io.hawser.saver.batch.StoreCalls;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * About how much of each app is undelivered, for the bound on it: counted in the database now and then, the rarer the
 * more there is, and this saver's own appends added since. Nobody waits for a count, for it may take long where much is
 * undelivered: so an app may get over its bound by what came in that time, and by what other savers took.
 */
final class Pending implements AutoCloseable {
    private static final long MIN_INTERVAL_MS = 2_000;
    /** A count that goes over so many rows takes about a millisecond: no more than a tenth of the time goes into it. */
    private static final long ROWS_PER_INTERVAL_MS = 100;

    private static final int MAX_APPS = 10_000;

    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private final StoreCalls calls;
    private final LongSupplier nowMs;

    /**
     * @param calls runs the counts, and is closed with this
     * @param nowMs reads a clock that never goes back
     */
    Pending(StoreCalls calls, LongSupplier nowMs) {
        this.calls = calls;
        this.nowMs = nowMs;
    }

    /** Has those apps counted whose count is old. Does not wait. */
    void refresh(List<? extends Append> appends) {
        for (Append append : appends) {
            if (append.maxPending() > 0) {
                String app = append.stream().app();
                refresh(app, counts.computeIfAbsent(app, unknown -> new Count(nowMs.getAsLong())));
            }
        }
        if (counts.size() > MAX_APPS) {
            counts.clear();
        }
    }

    /** Takes room for one more; false: there is none. */
    boolean takes(Append append) {
        int max = append.maxPending();
        Count count = counts.get(append.stream().app());
        if (max == 0 || count == null) {
            return true;
        }
        return count.items.incrementAndGet() <= max;
    }

    @Override
    public void close() {
        calls.close();
    }

    private void refresh(String app, Count count) {
        if (count.isDue(nowMs.getAsLong())) {
            var _ = calls.run(app, connection -> count(connection, app))
                    .whenComplete((items, failure) -> count.counted(items, nowMs.getAsLong()));
        }
    }

    private static long count(Connection connection, String app) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM outbox WHERE app = ?")) {
            new Sql(select).bind(app);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static final class Count {
        private static final long UNDER_WAY = Long.MAX_VALUE;

        private final AtomicLong items = new AtomicLong();
        private final AtomicLong dueMs;

        Count(long dueMs) {
            this.dueMs = new AtomicLong(dueMs);
        }

        /** True once, until it is counted. */
        boolean isDue(long nowMs) {
            long due = dueMs.get();
            return nowMs >= due && dueMs.compareAndSet(due, UNDER_WAY);
        }

        /** @param counted null: it could not be */
        void counted(@Nullable Long counted, long nowMs) {
            if (counted != null) {
                items.set(counted);
            }
            dueMs.set(nowMs + Math.max(MIN_INTERVAL_MS, items.get() / ROWS_PER_INTERVAL_MS));
        }
    }
}
