package io.hawser.saver.journal;

import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.Chain;
import io.hawser.saver.v1.JournalBatch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Writes folds into the tables. Everything may be written twice: a fold that was interrupted is simply done again.
 * Batches of statements become single statements with many rows on the way (rewriteBatchedStatements).
 */
final class FoldWriter {
    private static final String ROW = " WHERE slot = ? AND app = ? AND user = ? AND seq = ?";

    private FoldWriter() {}

    /** Writes the folds of some logs, each log once. What they have no more use for is left to {@link OldRows}. */
    static void write(Connection connection, List<LogFold> folds, long nowMs) throws SQLException {
        writeLogs(connection, folds);
        writeMessages(connection, folds);
        writeRequests(connection, folds);
        writeTombstones(connection, folds, nowMs);
        deleteRemoved(connection, folds);
    }

    static void deleteBatches(Connection connection, long incarnation, List<Long> batches) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM journal WHERE incarnation = ? AND batch = ?")) {
            for (long batch : batches) {
                delete.setLong(1, incarnation);
                delete.setLong(2, batch);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    static void cutBatches(Connection connection, long incarnation, Map<Long, JournalBatch> rests) throws SQLException {
        if (rests.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE journal SET payload = ? WHERE incarnation = ? AND batch = ?")) {
            for (Map.Entry<Long, JournalBatch> rest : rests.entrySet()) {
                update.setBytes(1, rest.getValue().toByteArray());
                update.setLong(2, incarnation);
                update.setLong(3, rest.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static void writeLogs(Connection connection, List<LogFold> folds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO user_log (slot, app, user, head, last_all, floor, mailboxes, owed)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE head = VALUES(head),"
                        + " last_all = VALUES(last_all), floor = VALUES(floor), mailboxes = VALUES(mailboxes),"
                        + " owed = VALUES(owed)")) {
            for (LogFold fold : folds) {
                key(insert, fold);
                insert.setLong(4, fold.head());
                insert.setLong(5, fold.lastAll());
                insert.setLong(6, fold.floor());
                insert.setBytes(7, fold.mailboxes().toByteArray());
                insert.setBoolean(8, fold.owed());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void writeMessages(Connection connection, List<LogFold> folds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO message (slot, app, user, seq, target, expires_ms, collapse_key, content)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE target = VALUES(target)")) {
            boolean any = false;
            for (LogFold fold : folds) {
                for (Appended message : fold.survivors()) {
                    key(insert, fold);
                    insert.setLong(4, message.getSeq());
                    insert.setBytes(5, utf8(message.getTarget()));
                    insert.setLong(6, message.getExpiresMs());
                    insert.setBytes(7, utf8(message.getCollapseKey()));
                    insert.setBytes(8, message.getContent().toByteArray());
                    insert.addBatch();
                    any = true;
                }
            }
            executeIf(any, insert);
        }
    }

    private static void writeRequests(Connection connection, List<LogFold> folds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO request (slot, app, user, request_id, body_hash, seq, accepted_ms, chain)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE body_hash = VALUES(body_hash),"
                        + " seq = VALUES(seq), accepted_ms = VALUES(accepted_ms), chain = VALUES(chain)")) {
            boolean any = false;
            for (LogFold fold : folds) {
                for (Appended message : fold.requests()) {
                    key(insert, fold);
                    insert.setBytes(4, utf8(message.getRequestId()));
                    insert.setBytes(5, message.getBodyHash().toByteArray());
                    insert.setLong(6, message.getSeq());
                    insert.setLong(7, message.getAcceptedMs());
                    insert.setBytes(8, chain(message));
                    insert.addBatch();
                    any = true;
                }
            }
            executeIf(any, insert);
        }
    }

    private static void writeTombstones(Connection connection, List<LogFold> folds, long nowMs) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO tombstone (slot, app, user, seq, reason, at_ms, mailboxes) VALUES (?, ?, ?, ?, ?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE reason = VALUES(reason), mailboxes = VALUES(mailboxes)")) {
            boolean any = false;
            for (LogFold fold : folds) {
                for (Tombstone tombstone : fold.removed()) {
                    key(insert, fold);
                    insert.setLong(4, tombstone.seq());
                    insert.setInt(5, tombstone.reason());
                    insert.setLong(6, nowMs);
                    insert.setBytes(7, tombstone.mailboxes().isEmpty() ? null : utf8(tombstone.mailboxes()));
                    insert.addBatch();
                    any = true;
                }
            }
            executeIf(any, insert);
        }
    }

    private static void deleteRemoved(Connection connection, List<LogFold> folds) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM message" + ROW)) {
            boolean any = false;
            for (LogFold fold : folds) {
                for (Tombstone tombstone : fold.removed()) {
                    key(delete, fold);
                    delete.setLong(4, tombstone.seq());
                    delete.addBatch();
                    any = true;
                }
            }
            executeIf(any, delete);
        }
    }

    private static void executeIf(boolean any, PreparedStatement statement) throws SQLException {
        if (any) {
            statement.executeBatch();
        }
    }

    private static void key(PreparedStatement statement, LogFold fold) throws SQLException {
        statement.setInt(1, fold.slot());
        statement.setString(2, fold.app());
        statement.setBytes(3, utf8(fold.user()));
    }

    private static byte[] chain(Appended message) {
        return Chain.newBuilder().addAllLinks(message.getChainList()).build().toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
