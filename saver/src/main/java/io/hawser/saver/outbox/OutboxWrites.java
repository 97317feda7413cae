package io.hawser.saver.outbox;

import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.DeferOutboxRequest;
import io.hawser.rpc.v1.Deferral;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

/** What became of items. Each may be repeated, and an item that is gone is passed over. */
final class OutboxWrites {
    private OutboxWrites() {}

    /** Delivered, or nobody wants them: gone. In the order of ids, as all who lock items do. */
    static void settle(Connection connection, List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM outbox WHERE id IN (" + Sql.marks(ids.size()) + ")")) {
            new Sql(delete).bindNumbers(new TreeSet<>(ids));
            delete.executeUpdate();
        }
    }

    static void defer(Connection connection, DeferOutboxRequest request) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE outbox SET attempts = ?, next_attempt_ms = ?, last_error = ? WHERE id = ?")) {
            for (Deferral item : sorted(request.getItemsList())) {
                new Sql(update)
                        .bind(item.getAttempts())
                        .bind(item.getNextAttemptMs())
                        .bindError(item.getLastError())
                        .bind(item.getId());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    static void bury(Connection connection, BuryOutboxRequest request, long nowMs) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT IGNORE INTO dead_letter (id, app, stream, buried_ms, attempts, last_error, content)"
                        + " SELECT id, app, stream, ?, ?, ?, content FROM outbox WHERE id = ?")) {
            new Sql(insert)
                    .bind(nowMs)
                    .bind(request.getAttempts())
                    .bindError(request.getLastError())
                    .bind(request.getId());
            insert.executeUpdate();
        }
        settle(connection, List.of(request.getId()));
    }

    private static List<Deferral> sorted(List<Deferral> items) {
        return items.stream()
                .sorted((a, b) -> Long.compareUnsigned(a.getId(), b.getId()))
                .toList();
    }
}
