package io.hawser.saver.outbox;

import io.hawser.rpc.v1.ListOutboxAppsReply;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.ReadOutboxReply;
import io.hawser.rpc.v1.ReadOutboxRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What is not delivered, as those who deliver it read it. */
final class OutboxReads {
    private static final int DEFAULT_ITEMS = 500;
    private static final int MAX_ITEMS = 2_000;
    private static final int MAX_BYTES = 4 << 20;

    private OutboxReads() {}

    /** Returns up to the bounds asked for, one item at least where there is one. */
    static ReadOutboxReply read(Connection connection, ReadOutboxRequest request) throws SQLException {
        if (!request.getUser().isEmpty()) {
            return readStream(connection, request);
        }
        SlotSet slots = SlotSet.ofRanges(request.getSlotRangesList());
        if (slots.isEmpty()) {
            return ReadOutboxReply.getDefaultInstance();
        }
        String ofApp = request.getApp().isEmpty() ? "" : "app = ? AND ";
        try (PreparedStatement select = connection.prepareStatement("SELECT " + OutboxRows.COLUMNS
                + " FROM outbox WHERE " + ofApp + "id > ? AND " + slots.condition() + " ORDER BY id LIMIT ?")) {
            Sql sql = new Sql(select);
            if (!ofApp.isEmpty()) {
                sql.bind(request.getApp());
            }
            sql.bind(request.getAfterId()).bind(items(request) + 1L);
            return page(select, request);
        }
    }

    static ListOutboxAppsReply apps(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT DISTINCT app FROM outbox");
                ResultSet rows = select.executeQuery()) {
            ListOutboxAppsReply.Builder apps = ListOutboxAppsReply.newBuilder();
            while (rows.next()) {
                apps.addApps(rows.getString(1));
            }
            return apps.build();
        }
    }

    private static ReadOutboxReply readStream(Connection connection, ReadOutboxRequest request) throws SQLException {
        StreamId stream = StreamId.of(request.getApp(), request.getUser(), request.getDevice(), request.getEvents());
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + OutboxRows.COLUMNS + " FROM outbox WHERE stream = ? AND id > ? ORDER BY ordinal LIMIT ?")) {
            new Sql(select).bind(stream.key()).bind(request.getAfterId()).bind(items(request) + 1L);
            return page(select, request);
        }
    }

    private static ReadOutboxReply page(PreparedStatement select, ReadOutboxRequest request) throws SQLException {
        int maxItems = items(request);
        long maxBytes = request.getMaxBytes() > 0 ? Math.min(request.getMaxBytes(), MAX_BYTES) : MAX_BYTES;
        ReadOutboxReply.Builder page = ReadOutboxReply.newBuilder();
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                OutboxItem item = OutboxRows.item(rows);
                bytes += item.getSerializedSize();
                boolean full = page.getItemsCount() == maxItems || bytes > maxBytes;
                if (full && page.getItemsCount() > 0) {
                    return page.setMore(true).build();
                }
                page.addItems(item);
            }
        }
        return page.build();
    }

    private static int items(ReadOutboxRequest request) {
        return request.getMaxItems() > 0 ? Math.min(request.getMaxItems(), MAX_ITEMS) : DEFAULT_ITEMS;
    }
}
