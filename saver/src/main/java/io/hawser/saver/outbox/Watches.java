package io.hawser.saver.outbox;

import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.ReadDueWatchesReply;
import io.hawser.rpc.v1.ReadDueWatchesRequest;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** Messages that somebody wants to know of when they are not acknowledged in time. */
final class Watches {
    private static final int MAX_ENTRIES = 1_000;

    private static final Comparator<WatchDeliveryRequest> BY_KEY = Comparator.comparingInt(
                    (WatchDeliveryRequest watch) -> slot(watch))
            .thenComparing(WatchDeliveryRequest::getApp)
            .thenComparing(WatchDeliveryRequest::getUser)
            .thenComparing(WatchDeliveryRequest::getSeq, Long::compareUnsigned);

    private Watches() {}

    /** A message that is watched already keeps its time. */
    static void add(Connection connection, List<WatchDeliveryRequest> watches) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT IGNORE INTO delivery_watch (slot, app, user, seq, due_ms) VALUES "
                        + Sql.rows(watches.size(), 5))) {
            Sql sql = new Sql(insert);
            for (WatchDeliveryRequest watch : watches.stream().sorted(BY_KEY).toList()) {
                bindKey(sql, watch).bind(watch.getDueMs());
            }
            insert.executeUpdate();
        }
    }

    static ReadDueWatchesReply due(Connection connection, ReadDueWatchesRequest request, long nowMs)
            throws SQLException {
        SlotSet slots = SlotSet.ofRanges(request.getSlotRangesList());
        if (slots.isEmpty()) {
            return ReadDueWatchesReply.getDefaultInstance();
        }
        int max = request.getMaxEntries() > 0 ? Math.min(request.getMaxEntries(), MAX_ENTRIES) : MAX_ENTRIES;
        try (PreparedStatement select =
                connection.prepareStatement("SELECT app, user, seq, due_ms FROM delivery_watch WHERE due_ms <= ? AND "
                        + slots.condition() + " ORDER BY due_ms LIMIT ?")) {
            new Sql(select).bind(nowMs).bind(max);
            ReadDueWatchesReply.Builder due = ReadDueWatchesReply.newBuilder();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    due.addWatches(watch(rows));
                }
            }
            return due.build();
        }
    }

    static void settle(Connection connection, List<WatchDeliveryRequest> watches) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM delivery_watch WHERE slot = ? AND app = ? AND user = ? AND seq = ?")) {
            for (WatchDeliveryRequest watch : watches.stream().sorted(BY_KEY).toList()) {
                bindKey(new Sql(delete), watch);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static Sql bindKey(Sql sql, WatchDeliveryRequest watch) throws SQLException {
        return sql.bind(slot(watch))
                .bind(watch.getApp())
                .bindBytes(watch.getUser())
                .bind(watch.getSeq());
    }

    private static int slot(WatchDeliveryRequest watch) {
        return UserKey.of(watch.getApp(), watch.getUser()).slot();
    }

    private static WatchDeliveryRequest watch(ResultSet row) throws SQLException {
        return WatchDeliveryRequest.newBuilder()
                .setApp(row.getString(1))
                .setUser(new String(row.getBytes(2), StandardCharsets.UTF_8))
                .setSeq(row.getLong(3))
                .setDueMs(row.getLong(4))
                .build();
    }
}
