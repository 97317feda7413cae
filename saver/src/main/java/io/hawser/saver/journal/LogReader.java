package io.hawser.saver.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.Chain;
import io.hawser.saver.v1.MailboxState;
import io.hawser.saver.v1.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads logs from the tables, many at once. */
public final class LogReader {
    /** In memory: a row besides its content, roughly. */
    private static final int ROW_BYTES = 200;

    private final DataSource database;

    public LogReader(DataSource database) {
        this.database = database;
    }

    /**
     * Reads logs whole; those that the tables do not know are {@link StoredLog#EMPTY}. Where they are large, only
     * the first ones are: those that are missing in the answer are to be asked for again. Blocks.
     *
     * @param requestsSinceMs requests accepted before are not read
     * @param maxRequests of one log, the newest first
     * @param maxBytes of all together, roughly; a single log is read however large it is
     */
    public Map<LogId, StoredLog> read(Collection<LogId> ids, long requestsSinceMs, int maxRequests, long maxBytes)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            Map<LogId, Rows> found = heads(connection, ids);
            List<LogId> inOrder = ids.stream().filter(found::containsKey).toList();
            Set<LogId> later = beyond(connection, inOrder, maxRequests, maxBytes);
            found.keySet().removeAll(later);
            if (!found.isEmpty()) {
                readMessages(connection, found);
                readTombstones(connection, found);
                readRequests(connection, found, requestsSinceMs, maxRequests);
            }
            Map<LogId, StoredLog> logs = new HashMap<>();
            for (LogId id : ids) {
                @Nullable Rows rows = found.get(id);
                if (!later.contains(id)) {
                    logs.put(id, rows == null ? StoredLog.EMPTY : rows.log());
                }
            }
            return logs;
        }
    }

    /** Reads heads and mailboxes alone. */
    static Map<LogId, StoredLog> readHeads(Connection connection, Collection<LogId> ids) throws SQLException {
        Map<LogId, StoredLog> logs = new HashMap<>();
        heads(connection, ids).forEach((id, rows) -> logs.put(id, rows.log()));
        return logs;
    }

    /**
     * Reads which logs of some slots are owed a push, with their heads, in a fixed order. Blocks.
     *
     * @param after the last one that was read before; null: from the beginning
     */
    public SequencedMap<LogId, Long> readOwed(Collection<Integer> slots, @Nullable LogId after, int limit)
            throws SQLException {
        SequencedMap<LogId, Long> owed = new LinkedHashMap<>();
        if (slots.isEmpty()) {
            return owed;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT slot, app, user, head FROM user_log WHERE owed = TRUE AND slot IN ("
                                + marks(slots.size())
                                + ") AND (slot, app, user) > (?, ?, ?) ORDER BY slot, app, user LIMIT ?")) {
            int index = 1;
            for (int slot : slots) {
                select.setInt(index++, slot);
            }
            select.setInt(index++, after == null ? -1 : after.slot());
            select.setString(index++, after == null ? "" : after.app());
            select.setBytes(index++, after == null ? new byte[0] : after.user().getBytes(StandardCharsets.UTF_8));
            select.setInt(index, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    owed.put(id(rows), rows.getLong(4));
                }
            }
        }
        return owed;
    }

    private static Map<LogId, Rows> heads(Connection connection, Collection<LogId> ids) throws SQLException {
        Map<LogId, Rows> found = new HashMap<>();
        query(connection, "SELECT slot, app, user, head, last_all, floor, mailboxes FROM user_log", ids, "", rows -> {
            found.put(
                    id(rows), new Rows(rows.getLong(4), rows.getLong(5), rows.getLong(6), mailboxes(rows.getBytes(7))));
        });
        return found;
    }

    private static void readMessages(Connection connection, Map<LogId, Rows> found) throws SQLException {
        String select = "SELECT slot, app, user, seq, target, expires_ms, collapse_key, content FROM message";
        query(
                connection,
                select,
                found.keySet(),
                " ORDER BY slot, app, user, seq",
                rows -> of(found, rows)
                        .messages
                        .add(Appended.newBuilder()
                                .setSeq(rows.getLong(4))
                                .setTarget(text(rows.getBytes(5)))
                                .setExpiresMs(rows.getLong(6))
                                .setCollapseKey(text(rows.getBytes(7)))
                                .setContent(bytes(rows.getBytes(8)))
                                .build()));
    }

    /** The newest of each log: its rows are read backwards by the key, and no more of them than are taken. */
    private static void readTombstones(Connection connection, Map<LogId, Rows> found) throws SQLException {
        String newest =
                "(SELECT slot, app, user, seq, reason, mailboxes FROM tombstone WHERE slot = ? AND app = ? AND user = ?"
                        + " ORDER BY seq DESC LIMIT " + Tombstone.MAX_OF_A_LOG + ")";
        run(
                connection,
                ofEach(newest, found.size()),
                found.keySet(),
                rows -> of(found, rows).tombstones.add(tombstone(rows)));
    }

    private static Tombstone tombstone(ResultSet rows) throws SQLException {
        byte @Nullable [] mailboxes = rows.getBytes(6);
        return new Tombstone(rows.getLong(4), rows.getInt(5), mailboxes == null ? "" : text(mailboxes));
    }

    private static void readRequests(Connection connection, Map<LogId, Rows> found, long sinceMs, int max)
            throws SQLException {
        String newest = newestRequests("request_id, body_hash, seq, accepted_ms, chain", max);
        run(connection, ofEach(newest, found.size()), found.keySet(), rows -> {
            // Older ones are about to be purged.
            if (rows.getLong(7) >= sinceMs) {
                of(found, rows).requests.add(request(rows));
            }
        });
    }

    private static Appended request(ResultSet rows) throws SQLException {
        return Appended.newBuilder()
                .setRequestId(text(rows.getBytes(4)))
                .setBodyHash(bytes(rows.getBytes(5)))
                .setSeq(rows.getLong(6))
                .setAcceptedMs(rows.getLong(7))
                .addAllChain(chain(rows.getBytes(8)).getLinksList())
                .build();
    }

    /** The newest of a log: however many there are, no more rows are read than are taken. */
    private static String newestRequests(String columns, int max) {
        return "(SELECT slot, app, user, " + columns
                + " FROM request WHERE slot = ? AND app = ? AND user = ? ORDER BY seq DESC LIMIT " + max + ")";
    }

    private static String ofEach(String select, int logs) {
        return String.join(" UNION ALL ", Collections.nCopies(logs, select));
    }

    /** Returns the logs that are too much for one read, in the order given; the first is none of them. Tombstones are few. */
    private static Set<LogId> beyond(Connection connection, List<LogId> ids, int maxRequests, long maxBytes)
            throws SQLException {
        if (ids.size() < 2) {
            return Set.of();
        }
        Map<LogId, Long> sizes = new HashMap<>();
        ids.forEach(id -> sizes.put(id, 0L));
        weigh(connection, ids, maxRequests, rows -> sizes.merge(id(rows), rows.getLong(4), Long::sum));
        Set<LogId> beyond = new LinkedHashSet<>();
        long taken = 0;
        for (LogId id : ids) {
            long size = Objects.requireNonNull(sizes.get(id));
            if (taken > 0 && taken + size > maxBytes) {
                beyond.add(id);
            } else {
                taken += size;
            }
        }
        return beyond;
    }

    /** Messages are as many as a mailbox may hold, requests as many as are taken. */
    private static void weigh(Connection connection, List<LogId> ids, int maxRequests, Row row) throws SQLException {
        query(
                connection,
                "SELECT slot, app, user, SUM(" + ROW_BYTES + " + LENGTH(content)) FROM message",
                ids,
                " GROUP BY slot, app, user",
                row);
        run(
                connection,
                "SELECT slot, app, user, SUM(" + ROW_BYTES + " + LENGTH(chain)) FROM ("
                        + ofEach(newestRequests("chain", maxRequests), ids.size())
                        + ") newest GROUP BY slot, app, user",
                ids,
                row);
    }

    private interface Row {
        void read(ResultSet rows) throws SQLException;
    }

    /** @param rest what follows the condition that says which logs */
    private static void query(Connection connection, String select, Collection<LogId> ids, String rest, Row row)
            throws SQLException {
        if (!ids.isEmpty()) {
            String where = String.join(" OR ", Collections.nCopies(ids.size(), "(slot = ? AND app = ? AND user = ?)"));
            run(connection, select + " WHERE (" + where + ")" + rest, ids, row);
        }
    }

    /** @param sql has slot, app and user of each log as its parameters, one log after another */
    private static void run(Connection connection, String sql, Collection<LogId> ids, Row row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (LogId id : ids) {
                statement.setInt(index++, id.slot());
                statement.setString(index++, id.app());
                statement.setBytes(index++, id.user().getBytes(StandardCharsets.UTF_8));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    row.read(rows);
                }
            }
        }
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static Rows of(Map<LogId, Rows> found, ResultSet rows) throws SQLException {
        return Objects.requireNonNull(found.get(id(rows)));
    }

    private static LogId id(ResultSet rows) throws SQLException {
        return new LogId(rows.getInt(1), rows.getString(2), text(rows.getBytes(3)));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static ByteString bytes(byte[] owned) {
        return UnsafeByteOperations.unsafeWrap(owned);
    }

    private static List<MailboxState> mailboxes(byte[] column) throws SQLException {
        try {
            return Mailboxes.parseFrom(column).getMailboxesList();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("user_log.mailboxes is damaged", e);
        }
    }

    private static Chain chain(byte[] column) throws SQLException {
        try {
            return Chain.parseFrom(column);
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("request.chain is damaged", e);
        }
    }

    private static final class Rows {
        final long head;
        final long lastAll;
        final long floor;
        final List<MailboxState> mailboxes;
        final List<Appended> messages = new ArrayList<>();
        final List<Appended> requests = new ArrayList<>();
        final List<Tombstone> tombstones = new ArrayList<>();

        Rows(long head, long lastAll, long floor, List<MailboxState> mailboxes) {
            this.head = head;
            this.lastAll = lastAll;
            this.floor = floor;
            this.mailboxes = mailboxes;
        }

        StoredLog log() {
            return new StoredLog(head, lastAll, floor, mailboxes, messages, requests, tombstones);
        }
    }
}
