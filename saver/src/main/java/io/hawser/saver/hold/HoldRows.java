package io.hawser.saver.hold;

import io.hawser.rpc.id.UserKey;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table {@code mailbox_hold}. */
final class HoldRows {
    private static final String ONE = "(slot = ? AND app = ? AND user = ? AND mailbox = ?)";

    private HoldRows() {}

    /**
     * A mailbox with fruitless connections.
     *
     * @param fruitless how many in a row
     * @param endedMs when the last of them was counted; not later than now
     * @param agoMs how long that is ago
     */
    record Row(String user, String mailbox, int fruitless, long endedMs, long agoMs) {}

    /** Counts one more, and returns how many there are. */
    static int count(Connection connection, MailboxKey key) throws SQLException {
        Object[] of = key.columns();
        Sql.update(
                connection,
                "INSERT INTO mailbox_hold (slot, app, user, mailbox, fruitless, ended_ms) VALUES (?, ?, ?, ?, 1, "
                        + Sql.NOW_MS
                        + ") ON DUPLICATE KEY UPDATE fruitless = fruitless + 1, ended_ms = VALUES(ended_ms)",
                of);
        return Sql.first(
                        connection,
                        "SELECT fruitless FROM mailbox_hold WHERE " + ONE,
                        row -> row.getInt("fruitless"),
                        of)
                .orElse(0);
    }

    static boolean delete(Connection connection, MailboxKey key) throws SQLException {
        return Sql.update(connection, "DELETE FROM mailbox_hold WHERE " + ONE, key.columns()) > 0;
    }

    static int delete(Connection connection, UserKey user) throws SQLException {
        return Sql.update(
                connection,
                "DELETE FROM mailbox_hold WHERE slot = ? AND app = ? AND user = ?",
                user.slot(),
                user.app().value(),
                Sql.bytes(user.user().value()));
    }

    /** Which apps have any in which slots; where there are more than {@link Known#MOST} not all. */
    static Set<SlotApp> slotApps(Connection connection) throws SQLException {
        return new HashSet<>(Sql.list(
                connection,
                "SELECT DISTINCT slot, app FROM mailbox_hold LIMIT ?",
                row -> new SlotApp(row.getInt("slot"), row.getString("app")),
                Known.MOST + 1));
    }

    /** Those of some mailboxes that have fruitless connections. */
    static Map<MailboxKey, Row> find(Connection connection, Collection<MailboxKey> keys) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        keys.forEach(key -> values.addAll(List.of(key.columns())));
        String any = String.join(" OR ", Collections.nCopies(keys.size(), ONE));
        Map<MailboxKey, Row> found = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT app, user, mailbox, fruitless, ended_ms, " + Sql.NOW_MS
                                + " AS now_ms FROM mailbox_hold WHERE " + any,
                        row -> Map.entry(
                                MailboxKey.of(row.getString("app"), Sql.text(row, "user"), Sql.text(row, "mailbox")),
                                row(row)),
                        values.toArray())
                .forEach(each -> found.put(each.getKey(), each.getValue()));
        return found;
    }

    /** An app's, by user and mailbox, beyond one of them. */
    static List<Row> list(Connection connection, String app, String user, String mailbox, int free, int limit)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT user, mailbox, fruitless, ended_ms, " + Sql.NOW_MS + " AS now_ms FROM mailbox_hold"
                        + " WHERE app = ? AND user >= ? AND (user > ? OR mailbox > ?) AND fruitless >= ?"
                        + " ORDER BY user, mailbox LIMIT ?",
                HoldRows::row,
                app,
                Sql.bytes(user),
                Sql.bytes(user),
                Sql.bytes(mailbox),
                free,
                limit);
    }

    /** What was counted by a clock that is ahead of this one was counted now. */
    private static Row row(ResultSet row) throws SQLException {
        long nowMs = row.getLong("now_ms");
        long endedMs = Math.min(row.getLong("ended_ms"), nowMs);
        return new Row(
                Sql.text(row, "user"), Sql.text(row, "mailbox"), row.getInt("fruitless"), endedMs, nowMs - endedMs);
    }
}
