package io.hawser.saver.outbox;

import io.hawser.rpc.v1.DeadLetter;
import io.hawser.rpc.v1.ListDeadLettersReply;
import io.hawser.rpc.v1.ListDeadLettersRequest;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.RedriveDeadLettersReply;
import io.hawser.rpc.v1.RedriveDeadLettersRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Items that were given up: to be looked at, driven again, or dropped. */
final class DeadLetters {
    /** In one transaction. */
    static final int MAX_A_REQUEST = 1_000;

    private static final int DEFAULT_ENTRIES = 100;
    /** Half of what the link lets through: what else a reply has to carry is far less. */
    private static final int MAX_BYTES = 2 << 20;
    /** The driver's word for rows that are read one after another: their bodies, which go nowhere, are never all here. */
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private DeadLetters() {}

    /** Newest first, without their bodies: up to what was asked for and to what a reply takes, and whether there are more. */
    static ListDeadLettersReply list(Connection connection, ListDeadLettersRequest request) throws SQLException {
        int max = request.getMaxEntries() > 0 ? Math.min(request.getMaxEntries(), MAX_A_REQUEST) : DEFAULT_ENTRIES;
        long before = request.getBeforeId() == 0 ? Long.MAX_VALUE : request.getBeforeId();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, attempts, 0, last_error, content,"
                + " buried_ms FROM dead_letter WHERE app = ? AND id < ? ORDER BY id DESC LIMIT ?")) {
            select.setFetchSize(ROW_BY_ROW);
            new Sql(select).bind(request.getApp()).bind(before).bind(max + 1L);
            return page(select, max);
        }
    }

    private static ListDeadLettersReply page(PreparedStatement select, int max) throws SQLException {
        ListDeadLettersReply.Builder page = ListDeadLettersReply.newBuilder();
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                DeadLetter letter = letter(rows);
                bytes += letter.getSerializedSize();
                boolean full = page.getLettersCount() == max || bytes > MAX_BYTES;
                if (full && page.getLettersCount() > 0) {
                    return page.setMore(true).build();
                }
                page.addLetters(letter);
            }
        }
        return page.build();
    }

    /** The streams' rows are locked before the letters', as everywhere; so the letters are read again once they are. */
    static RedriveDeadLettersReply redrive(Connection connection, RedriveDeadLettersRequest request, long nowMs)
            throws SQLException {
        List<OutboxItem> seen = read(connection, request, "");
        if (seen.isEmpty()) {
            return RedriveDeadLettersReply.getDefaultInstance();
        }
        StreamRows.lock(connection, seen.stream().map(StreamId::of).toList(), nowMs);
        List<OutboxItem> letters = read(connection, onlyThose(request, seen), " FOR UPDATE");
        if (!letters.isEmpty()) {
            List<Append> again = new ArrayList<>(letters.size());
            letters.forEach(letter -> again.add(new Append.Redriven(StreamId.of(letter), letter)));
            new AppendTransaction(connection, nowMs, any -> true).run(again);
            delete(connection, letters);
        }
        return reply(letters.size(), seen.size());
    }

    static RedriveDeadLettersReply drop(Connection connection, RedriveDeadLettersRequest request) throws SQLException {
        List<OutboxItem> letters = read(connection, request, " FOR UPDATE");
        delete(connection, letters);
        return reply(letters.size(), letters.size());
    }

    private static RedriveDeadLettersReply reply(int done, int read) {
        return RedriveDeadLettersReply.newBuilder()
                .setLetters(done)
                .setMore(read == MAX_A_REQUEST)
                .build();
    }

    private static RedriveDeadLettersRequest onlyThose(RedriveDeadLettersRequest request, List<OutboxItem> letters) {
        return RedriveDeadLettersRequest.newBuilder()
                .setApp(request.getApp())
                .addAllIds(letters.stream().map(OutboxItem::getId).toList())
                .build();
    }

    /** Oldest first: the order in which they go back. */
    private static List<OutboxItem> read(Connection connection, RedriveDeadLettersRequest request, String lock)
            throws SQLException {
        List<Long> ids = request.getIdsList();
        String those = ids.isEmpty() ? "" : " AND id IN (" + Sql.marks(ids.size()) + ")";
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, attempts, 0, last_error, content FROM dead_letter WHERE app = ?"
                        + those + " ORDER BY id LIMIT " + MAX_A_REQUEST + lock)) {
            new Sql(select).bind(request.getApp()).bindNumbers(ids);
            List<OutboxItem> letters = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    letters.add(OutboxRows.item(rows));
                }
            }
            return letters;
        }
    }

    private static void delete(Connection connection, List<OutboxItem> letters) throws SQLException {
        if (letters.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM dead_letter WHERE id IN (" + Sql.marks(letters.size()) + ")")) {
            new Sql(delete).bindNumbers(letters.stream().map(OutboxItem::getId).toList());
            delete.executeUpdate();
        }
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
