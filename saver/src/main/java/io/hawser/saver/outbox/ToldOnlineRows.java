package io.hawser.saver.outbox;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.ToldOnline;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Endpoints that their back end was told are online. */
final class ToldOnlineRows {
    private static final int DEFAULT_ENTRIES = 1_000;
    private static final int MAX_ENTRIES = 10_000;

    private ToldOnlineRows() {}

    /** By slot, app, user and device, those after {@code after}. */
    static ListToldOnlineReply list(Connection connection, ListToldOnlineRequest request) throws SQLException {
        int first = request.hasAfter() ? slot(request.getAfter()) : 0;
        SlotSet slots = SlotSet.of(request.getSlotsList()).from(first);
        if (slots.isEmpty()) {
            return ListToldOnlineReply.getDefaultInstance();
        }
        String beyond = request.hasAfter()
                ? " AND NOT (slot = ? AND (app < ? OR (app = ? AND (user < ? OR (user = ? AND device <= ?)))))"
                : "";
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT app, user, device, stamp_version, stamp_counter FROM outbox_stream WHERE told = "
                        + StreamState.ONLINE + " AND " + slots.condition() + beyond
                        + " ORDER BY slot, app, user, device LIMIT ?")) {
            Sql sql = new Sql(select);
            if (request.hasAfter()) {
                bind(sql, request.getAfter());
            }
            sql.bind(entries(request));
            return page(select);
        }
    }

    private static void bind(Sql sql, ToldOnline after) throws SQLException {
        sql.bind(slot(after)).bind(after.getApp()).bind(after.getApp());
        sql.bindBytes(after.getUser()).bindBytes(after.getUser()).bindBytes(after.getDevice());
    }

    private static ListToldOnlineReply page(PreparedStatement select) throws SQLException {
        ListToldOnlineReply.Builder page = ListToldOnlineReply.newBuilder();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                page.addEndpoints(ToldOnline.newBuilder()
                        .setApp(rows.getString(1))
                        .setUser(new String(rows.getBytes(2), StandardCharsets.UTF_8))
                        .setDevice(new String(rows.getBytes(3), StandardCharsets.UTF_8))
                        .setStamp(Stamp.newBuilder()
                                .setMembershipVersion(rows.getLong(4))
                                .setCounter(rows.getLong(5))));
            }
        }
        return page.build();
    }

    private static int slot(ToldOnline endpoint) {
        return Slot.of(endpoint.getApp(), endpoint.getUser());
    }

    private static int entries(ListToldOnlineRequest request) {
        return request.getMaxEntries() > 0 ? Math.min(request.getMaxEntries(), MAX_ENTRIES) : DEFAULT_ENTRIES;
    }
}
