package io.hawser.saver.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * About how much of each app is undelivered, for the bound on it: counted in the database now and then, the rarer the
 * more there is, and this saver's own appends added since. So other savers' appends are seen late, and an app may get
 * over its bound by what they took in that time.
 */
final class Pending {
    private static final long MIN_INTERVAL_MS = 2_000;
    /** A count that goes over so many rows takes about a millisecond: no more than a tenth of the time goes into it. */
    private static final long ROWS_PER_INTERVAL_MS = 100;

    private static final int MAX_APPS = 10_000;

    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private final LongSupplier nowMs;

    /** {@code nowMs} reads a clock that never goes back. */
    Pending(LongSupplier nowMs) {
        this.nowMs = nowMs;
    }

    /** Counts those apps anew whose count is old. */
    void refresh(Connection connection, List<? extends Append> appends) throws SQLException {
        for (Append append : appends) {
            String app = append.stream().app();
            Count count = counts.get(app);
            if (append.maxPending() > 0 && (count == null || nowMs.getAsLong() >= count.countAgainMs)) {
                keep(app, count(connection, app));
            }
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

    private void keep(String app, long items) {
        if (counts.size() >= MAX_APPS) {
            counts.clear();
        }
        long intervalMs = Math.max(MIN_INTERVAL_MS, items / ROWS_PER_INTERVAL_MS);
        counts.put(app, new Count(new AtomicLong(items), nowMs.getAsLong() + intervalMs));
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

    private record Count(AtomicLong items, long countAgainMs) {}
}
