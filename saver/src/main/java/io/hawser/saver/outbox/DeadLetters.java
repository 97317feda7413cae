package io.hawser.saver.outbox;

import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.ListDeadLettersReply;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.RedriveDeadLettersReply;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import io.hawser.saver.batch.RowPage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Items that were given up: to be looked at, driven again, or dropped. */
final class DeadLetters {
    /** In one transaction. */
    static final int MAX_A_REQUEST = 1_000;

    private static final int DEFAULT_ENTRIES = 100;
    /** Whole, to be driven again. */
    private static final int READ_AT_ONCE = 20;
    /** The driver's word for rows that are read one after another: their bodies, which go nowhere, are never all here. */
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private DeadLetters() {}

    /** Newest first, without their bodies: up to what was asked for and to what a reply takes, and whether there are more. */
    static ListDeadLettersReply list(Connection connection, ListDeadLettersRequest request) throws SQLException {
        int max = request.getMaxEntries() > 0 ? Math.min(request.getMaxEntries(), MAX_A_REQUEST) : DEFAULT_ENTRIES;
        long before = request.getBeforeId() == 0 ? Long.MAX_VALUE : request.getBeforeId();
        ListDeadLettersReply.Builder page = ListDeadLettersReply.newBuilder();
        boolean more = RowPage.read(
                connection,
                "SELECT id, attempts, 0, last_error, content, buried_ms FROM dead_letter"
                        + " WHERE app = ? AND id < ? ORDER BY id DESC LIMIT ?",
                max,
                DeadLetters::letter,
                page::addLetters,
                request.getApp(),
                before);
        return page.setMore(more).build();
    }

    /**
     * The streams' rows are locked before the letters', as everywhere; so the letters are read once these are, a few at a
     * time, for they may be large.
     */
    static RedriveDeadLettersReply redrive(Connection connection, RedriveDeadLettersRequest request, long nowMs)
            throws SQLException {
        SequencedMap<Long, StreamId> seen = streams(connection, request);
        if (seen.isEmpty()) {
            return RedriveDeadLettersReply.getDefaultInstance();
        }
        StreamRows.lock(connection, seen.values(), nowMs);
        List<Long> ids = List.copyOf(seen.sequencedKeySet());
        int driven = 0;
        for (int from = 0; from < ids.size(); from += READ_AT_ONCE) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + READ_AT_ONCE));
            driven += redriveSome(connection, request.getApp(), some, nowMs);
        }
        return reply(driven, seen.size());
    }

    private static int redriveSome(Connection connection, String app, List<Long> ids, long nowMs) throws SQLException {
        List<Append> again = new ArrayList<>(ids.size());
        for (OutboxItem letter : read(connection, app, ids)) {
            again.add(new Append.Redriven(StreamId.of(letter), letter));
        }
        if (!again.isEmpty()) {
            new AppendTransaction(connection, nowMs, any -> true).run(again);
            delete(connection, app, ids);
        }
        return again.size();
    }

    static RedriveDeadLettersReply drop(Connection connection, RedriveDeadLettersRequest request) throws SQLException {
        int dropped = delete(connection, request.getApp(), request.getIdsList());
        return reply(dropped, dropped);
    }

    private static RedriveDeadLettersReply reply(int done, int read) {
        return RedriveDeadLettersReply.newBuilder()
                .setLetters(done)
                .setMore(read == MAX_A_REQUEST)
                .build();
    }

    /**
     * Which letters are meant and whose they are, oldest first: the order in which they go back. Only of a stream that
     * was forgotten the letter itself is asked, and not kept.
     */
    private static SequencedMap<Long, StreamId> streams(Connection connection, RedriveDeadLettersRequest request)
            throws SQLException {
        List<Long> ids = request.getIdsList();
        try (PreparedStatement select = connection.prepareStatement("SELECT d.id, s.user, s.device, s.events,"
                + " IF(s.stream IS NULL, d.content, NULL) FROM dead_letter d LEFT JOIN outbox_stream s ON s.stream = d.stream"
                + " WHERE d.app = ?" + those("d.id", ids) + " ORDER BY d.id LIMIT " + MAX_A_REQUEST)) {
            select.setFetchSize(ROW_BY_ROW);
            new Sql(select).bind(request.getApp()).bindNumbers(ids);
            SequencedMap<Long, StreamId> streams = new LinkedHashMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    byte[] content = rows.getBytes(5);
                    streams.put(
                            rows.getLong(1),
                            content == null
                                    ? stream(request.getApp(), rows)
                                    : StreamId.of(OutboxRows.content(content)));
                }
            }
            return streams;
        }
    }

    private static StreamId stream(String app, ResultSet row) throws SQLException {
        return StreamId.of(app, OutboxRows.text(row, 2), OutboxRows.text(row, 3), row.getBoolean(4));
    }

    private static List<OutboxItem> read(Connection connection, String app, List<Long> ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, attempts, 0, last_error, content FROM dead_letter WHERE app = ?"
                        + those("id", ids) + " ORDER BY id FOR UPDATE")) {
            new Sql(select).bind(app).bindNumbers(ids);
            List<OutboxItem> letters = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    letters.add(OutboxRows.item(rows));
                }
            }
            return letters;
        }
    }

    /** Returns how many there were. */
    private static int delete(Connection connection, String app, List<Long> ids) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM dead_letter WHERE app = ?" + those("id", ids) + " ORDER BY id LIMIT " + MAX_A_REQUEST)) {
            new Sql(delete).bind(app).bindNumbers(ids);
            return delete.executeUpdate();
        }
    }

    /** None are named: all of the app. */
    private static String those(String column, List<Long> ids) {
        return ids.isEmpty() ? "" : " AND " + column + " IN (" + Sql.marks(ids.size()) + ")";
    }

    private static DeadLetter letter(ResultSet row) throws SQLException {
        OutboxItem.Builder item = OutboxRows.item(row).toBuilder();
        DeadLetter.Builder letter = DeadLetter.newBuilder().setBuriedMs(row.getLong(6));
        if (item.hasUplink()) {
            letter.setBodyBytes(item.getUplink().getBody().size());
            item.getUplinkBuilder().clearBody();
        }
        return letter.setItem(item).build();
    }
}
