package io.hawser.saver.broadcast;

import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An app's row, locked until the transaction ends. Numbers are given out here, and become visible with the commit: in
 * their order, for the next who wants one waits for the lock.
 */
public final class AppLog {
    private static final String SELECT =
            "SELECT app, watermark, trimmed_to, changed, changes_trimmed_to FROM broadcast_app WHERE app IN ";

    private final String app;
    private final List<@Nullable Object[]> changes = new ArrayList<>();
    private long watermark;
    private long trimmedTo;
    private long changed;
    private long changesTrimmedTo;

    private AppLog(ResultSet row) throws SQLException {
        app = row.getString("app");
        watermark = row.getLong("watermark");
        trimmedTo = row.getLong("trimmed_to");
        changed = row.getLong("changed");
        changesTrimmedTo = row.getLong("changes_trimmed_to");
    }

    /** Where a log stands. */
    public record Position(String app, long watermark, long trimmedTo, long changed, long changesTrimmedTo) {
        /** Of an app that never had a broadcast. */
        public static Position none(String app) {
            return new Position(app, 0, 0, 0, 0);
        }
    }

    /** Locks apps in the order of their names, as all must; those that have no row get one. */
    public static SequencedMap<String, AppLog> lock(Connection connection, Collection<String> apps)
            throws SQLException {
        TreeSet<String> missing = new TreeSet<>(apps);
        TreeMap<String, AppLog> locked = new TreeMap<>(lockPresent(connection, missing));
        missing.removeAll(locked.keySet());
        if (!missing.isEmpty()) {
            Sql.batch(
                    connection,
                    "INSERT IGNORE INTO broadcast_app (app) VALUES (?)",
                    missing.stream().map(app -> new @Nullable Object[] {app}).toList());
            locked.putAll(lockPresent(connection, missing));
        }
        return locked;
    }

    public static AppLog lock(Connection connection, String app) throws SQLException {
        return lock(connection, List.of(app)).firstEntry().getValue();
    }

    /** Where logs stand, without a lock. Apps without a row are left out. */
    public static List<Position> read(Connection connection, Collection<String> apps) throws SQLException {
        return Sql.list(connection, SELECT + Sql.in(apps.size()), row -> new AppLog(row).position(), apps.toArray());
    }

    private static Map<String, AppLog> lockPresent(Connection connection, Set<String> apps) throws SQLException {
        Map<String, AppLog> locked = new HashMap<>();
        Sql.list(connection, SELECT + Sql.in(apps.size()) + " ORDER BY app FOR UPDATE", AppLog::new, apps.toArray())
                .forEach(log -> locked.put(log.app, log));
        return locked;
    }

    public String app() {
        return app;
    }

    public long watermark() {
        return watermark;
    }

    long trimmedTo() {
        return trimmedTo;
    }

    Position position() {
        return new Position(app, watermark, trimmedTo, changed, changesTrimmedTo);
    }

    long nextBseq() {
        return ++watermark;
    }

    void trimmedTo(long bseq) {
        trimmedTo = bseq;
    }

    void changesTrimmedTo(long number) {
        changesTrimmedTo = Math.max(changesTrimmedTo, number);
    }

    /** Tells followers that the task of an entry changed. */
    void taskChanged(long bseq, long nowMs) {
        changes.add(new @Nullable Object[] {app, ++changed, bseq, null, nowMs});
    }

    /** Tells followers that what a user is a member of changed. */
    public void userChanged(String user, long nowMs) {
        changes.add(new @Nullable Object[] {app, ++changed, null, Sql.bytes(user), nowMs});
    }

    /** Writes what was given out. */
    public void save(Connection connection) throws SQLException {
        save(connection, List.of(this));
    }

    static void save(Connection connection, Collection<AppLog> logs) throws SQLException {
        List<@Nullable Object[]> changes = new ArrayList<>();
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (AppLog log : logs) {
            changes.addAll(log.changes);
            log.changes.clear();
            rows.add(new @Nullable Object[] {log.watermark, log.trimmedTo, log.changed, log.changesTrimmedTo, log.app});
        }
        Sql.batch(
                connection,
                "INSERT INTO broadcast_change (app, number, bseq, user, at_ms) VALUES (?, ?, ?, ?, ?)",
                changes);
        Sql.batch(
                connection,
                "UPDATE broadcast_app SET watermark = ?, trimmed_to = ?, changed = ?, changes_trimmed_to = ?"
                        + " WHERE app = ?",
                rows);
    }
}
