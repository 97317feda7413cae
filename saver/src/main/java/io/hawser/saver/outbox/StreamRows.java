package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Locks streams, reads what is known of them, and writes back what changed. One statement for all streams of a
 * transaction, however many.
 *
 * <p>The rows are locked in the order of their keys, by the statement that creates those that are missing; what is read
 * after it is what others had committed by then, for the transactions are READ COMMITTED.
 */
final class StreamRows {
    /** Installations of an endpoint whose numbers are kept: a device has one, but its client draws them as it likes. */
    static final int MAX_INSTALLATIONS = 8;
    /** So many more are read, and forgotten, by one transaction. */
    static final int MAX_INSTALLATIONS_MORE = 1_000;

    private StreamRows() {}

    static Map<ByteString, StreamState> lock(Connection connection, Collection<StreamId> streams, long nowMs)
            throws SQLException {
        SequencedMap<ByteString, StreamState> states = new LinkedHashMap<>();
        streams.stream()
                .sorted(StreamId.LOCK_ORDER)
                .forEach(id -> states.computeIfAbsent(id.key(), key -> new StreamState(id)));
        createAndLock(connection, states.sequencedValues(), nowMs);
        readRows(connection, states);
        readUndelivered(connection, states);
        return states;
    }

    /**
     * Adds the marks of the streams, and returns those that were read: all, unless a stream has very many from before they
     * were bounded. Of such a one the first, and of each stream those that append.
     */
    static List<Mark> readInstallations(
            Connection connection, Map<ByteString, StreamState> states, Collection<Append.Uplink> appends)
            throws SQLException {
        int most = MAX_INSTALLATIONS_MORE + (MAX_INSTALLATIONS + 1) * states.size();
        Set<Mark> marks = new LinkedHashSet<>(select(
                connection,
                "stream IN (" + Sql.marks(states.size()) + ") ORDER BY stream, nonce LIMIT " + most,
                sql -> sql.bindAll(states.keySet())));
        if (marks.size() == most) {
            marks.addAll(select(
                    connection,
                    String.join(" OR ", Collections.nCopies(appends.size(), "(stream = ? AND nonce = ?)")),
                    sql -> bindInstallations(sql, appends)));
        }
        List<Mark> read =
                marks.stream().sorted(Comparator.comparingLong(Mark::touchedMs)).toList();
        for (Mark mark : read) {
            state(states, mark.stream).store(mark.nonce, mark.stored);
        }
        return read;
    }

    static void write(Connection connection, Collection<StreamState> changed, long nowMs) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO outbox_stream (stream, slot, app, user, device, events, last_ordinal, told, stamp_version,"
                        + " stamp_counter, touched_ms, recent) VALUES " + Sql.rows(changed.size(), 12)
                        + " ON DUPLICATE KEY UPDATE last_ordinal = VALUES(last_ordinal), told = VALUES(told),"
                        + " stamp_version = VALUES(stamp_version), stamp_counter = VALUES(stamp_counter),"
                        + " touched_ms = VALUES(touched_ms), recent = VALUES(recent)")) {
            bind(upsert, changed, nowMs);
            upsert.executeUpdate();
        }
    }

    static void writeInstallations(Connection connection, List<Mark> marks) throws SQLException {
        if (marks.isEmpty()) {
            return;
        }
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO outbox_installation (stream, nonce, stored, touched_ms) VALUES "
                        + Sql.rows(marks.size(), 4)
                        + " ON DUPLICATE KEY UPDATE stored = VALUES(stored), touched_ms = VALUES(touched_ms)")) {
            Sql sql = new Sql(upsert);
            for (Mark mark : marks) {
                sql.bind(mark.stream).bind(mark.nonce).bind(mark.stored).bind(mark.touchedMs);
            }
            upsert.executeUpdate();
        }
    }

    /** Forgets, of those that were read, the ones that have been silent longest: each append reads all of its stream. */
    static void forgetInstallations(Connection connection, Collection<StreamState> states, List<Mark> read)
            throws SQLException {
        for (StreamState state : states) {
            Set<ByteString> kept = Set.copyOf(state.newestOfMoreThan(MAX_INSTALLATIONS));
            List<ByteString> forgotten = kept.isEmpty() ? List.of() : noncesOf(state, read, kept);
            if (!forgotten.isEmpty()) {
                try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM outbox_installation WHERE stream = ? AND nonce IN ("
                                + Sql.marks(forgotten.size()) + ")")) {
                    new Sql(delete).bind(state.id.key()).bindAll(forgotten);
                    delete.executeUpdate();
                }
            }
        }
    }

    private static List<ByteString> noncesOf(StreamState state, List<Mark> read, Set<ByteString> kept) {
        return read.stream()
                .filter(mark -> mark.stream.equals(state.id.key()) && !kept.contains(mark.nonce))
                .map(Mark::nonce)
                .toList();
    }

    private static List<Mark> select(Connection connection, String where, Binding binding) throws SQLException {
        List<Mark> marks = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT stream, nonce, stored, touched_ms FROM outbox_installation WHERE " + where)) {
            binding.bind(new Sql(select));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    marks.add(new Mark(
                            ByteString.copyFrom(rows.getBytes(1)),
                            ByteString.copyFrom(rows.getBytes(2)),
                            rows.getLong(3),
                            rows.getLong(4)));
                }
            }
        }
        return marks;
    }

    private static void bindInstallations(Sql sql, Collection<Append.Uplink> appends) throws SQLException {
        for (Append.Uplink append : appends) {
            sql.bind(append.stream().key()).bind(append.nonce());
        }
    }

    private static void createAndLock(Connection connection, Collection<StreamState> states, long nowMs)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO outbox_stream (stream, slot, app, user, device, events, last_ordinal, told, stamp_version,"
                        + " stamp_counter, touched_ms, recent) VALUES " + Sql.rows(states.size(), 12)
                        + " ON DUPLICATE KEY UPDATE touched_ms = VALUES(touched_ms)")) {
            bind(insert, states, nowMs);
            insert.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, Collection<StreamState> states, long nowMs)
            throws SQLException {
        Sql sql = new Sql(statement);
        for (StreamState state : states) {
            StreamId id = state.id;
            sql.bind(id.key())
                    .bind(id.slot())
                    .bind(id.app())
                    .bindBytes(id.user())
                    .bindBytes(id.device());
            sql.bind(id.events() ? 1 : 0).bind(state.lastOrdinal()).bind(state.told());
            sql.bind(state.stampVersion()).bind(state.stampCounter()).bind(nowMs);
            sql.bind(state.recent().toBytes());
        }
    }

    private static void readRows(Connection connection, Map<ByteString, StreamState> states) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT stream, last_ordinal, told, stamp_version, stamp_counter, recent FROM outbox_stream WHERE"
                        + " stream IN (" + Sql.marks(states.size()) + ")")) {
            new Sql(select).bindAll(states.keySet());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    state(states, rows)
                            .restore(
                                    rows.getLong(2),
                                    rows.getInt(3),
                                    rows.getLong(4),
                                    rows.getLong(5),
                                    RecentEvents.of(rows.getBytes(6)));
                }
            }
        }
    }

    private static void readUndelivered(Connection connection, Map<ByteString, StreamState> states)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT stream, MAX(ordinal) FROM outbox WHERE stream IN ("
                        + Sql.marks(states.size()) + ") GROUP BY stream")) {
            new Sql(select).bindAll(states.keySet());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    state(states, rows).restoreUndelivered(rows.getLong(2));
                }
            }
        }
    }

    private static StreamState state(Map<ByteString, StreamState> states, ResultSet row) throws SQLException {
        return state(states, ByteString.copyFrom(row.getBytes(1)));
    }

    private static StreamState state(Map<ByteString, StreamState> states, ByteString key) {
        StreamState state = states.get(key);
        if (state == null) {
            throw new IllegalStateException("outbox: a row of a stream that nobody asked for");
        }
        return state;
    }

    /** Highest number stored of an installation, and when. */
    record Mark(ByteString stream, ByteString nonce, long stored, long touchedMs) {}

    private interface Binding {
        void bind(Sql sql) throws SQLException;
    }
}
