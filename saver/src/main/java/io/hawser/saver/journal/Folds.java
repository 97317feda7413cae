package io.hawser.saver.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.id.Slot;
import io.hawser.saver.v1.JournalBatch;
import io.hawser.saver.v1.JournalEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Moves journal batches into the tables: a living saver's own, with what it knows of acknowledgements since, or all of
 * a dead one's.
 */
public final class Folds {
    /** How many batches of a dead incarnation a transaction takes. */
    private static final int BATCHES_A_TRANSACTION = 64;
    /** What nobody needs any more goes in so many portions; the rest with the log's next fold, or at the end of its time. */
    private static final int MAX_PORTIONS = 64;

    private final Transactions transactions;

    public Folds(DataSource database) {
        this.transactions = new Transactions(database);
    }

    /**
     * Writes folds of a living incarnation and deletes the batches that they take care of, at once. Blocks.
     *
     * @param rests what is left of batches that are not taken care of wholly, by number
     * @throws FencedException where it lives no more
     */
    public void write(
            long incarnation, List<LogFold> folds, List<Long> batches, Map<Long, JournalBatch> rests, long nowMs)
            throws SQLException {
        OldRows left = transactions.runAs(incarnation, connection -> {
            FoldWriter.write(connection, folds, nowMs);
            OldRows rest = OldRows.of(connection, folds).delete(connection);
            FoldWriter.deleteBatches(connection, incarnation, batches);
            FoldWriter.cutBatches(connection, incarnation, rests);
            return rest;
        });
        delete(left, rows -> transactions.runAs(incarnation, rows::delete));
    }

    /**
     * Folds all that a dead incarnation left and closes it. Several savers may try: they take turns, and all return
     * when it is done. Blocks.
     */
    public void closeDead(long incarnation, long nowMs) throws SQLException {
        boolean more = true;
        while (more) {
            Folded folded = transactions.run(connection -> foldSome(connection, incarnation, nowMs));
            delete(folded.left, rows -> transactions.run(connection -> deleteOfDead(connection, incarnation, rows)));
            more = folded.more;
        }
    }

    /**
     * @param more there may be more to fold
     * @param left what nobody needs any more
     */
    private record Folded(boolean more, OldRows left) {
        static final Folded ALL = new Folded(false, OldRows.none());
    }

    private interface Portion {
        /** Deletes some of the rows, and returns those that are left. */
        OldRows delete(OldRows rows) throws SQLException;
    }

    private static void delete(OldRows all, Portion portion) throws SQLException {
        OldRows left = all;
        for (int i = 0; i < MAX_PORTIONS && !left.isEmpty(); i++) {
            left = portion.delete(left);
        }
    }

    /** Takes turns with others that fold the same; whoever closes it first ends that. */
    private static OldRows deleteOfDead(Connection connection, long incarnation, OldRows rows) throws SQLException {
        return isDead(connection, incarnation) ? rows.delete(connection) : OldRows.none();
    }

    private static boolean isDead(Connection connection, long incarnation) throws SQLException {
        return Transactions.lockState(connection, incarnation).orElse("CLOSED").equals("DEAD");
    }

    private static Folded foldSome(Connection connection, long incarnation, long nowMs) throws SQLException {
        if (!isDead(connection, incarnation)) {
            return Folded.ALL;
        }
        List<Long> batches = new ArrayList<>();
        List<JournalEntry> entries = new ArrayList<>();
        readBatches(connection, incarnation, batches, entries);
        if (batches.isEmpty()) {
            close(connection, incarnation);
            return Folded.ALL;
        }
        List<LogFold> folds = apply(connection, entries);
        FoldWriter.write(connection, folds, nowMs);
        OldRows left = OldRows.of(connection, folds).delete(connection);
        FoldWriter.deleteBatches(connection, incarnation, batches);
        return new Folded(true, left);
    }

    private static void readBatches(
            Connection connection, long incarnation, List<Long> batches, List<JournalEntry> entries)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT batch, payload FROM journal WHERE incarnation = ? ORDER BY batch LIMIT ?")) {
            select.setLong(1, incarnation);
            select.setInt(2, BATCHES_A_TRANSACTION);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    batches.add(rows.getLong(1));
                    entries.addAll(parse(rows.getBytes(2)).getEntriesList());
                }
            }
        }
    }

    private static List<LogFold> apply(Connection connection, List<JournalEntry> entries) throws SQLException {
        Map<LogId, List<JournalEntry>> byLog = new LinkedHashMap<>();
        for (JournalEntry entry : entries) {
            byLog.computeIfAbsent(id(entry), id -> new ArrayList<>()).add(entry);
        }
        Map<LogId, StoredLog> stored = LogReader.readHeads(connection, byLog.keySet());
        List<LogFold> folds = new ArrayList<>();
        byLog.forEach((id, ofLog) -> {
            LogState state = new LogState(stored.getOrDefault(id, StoredLog.EMPTY));
            ofLog.forEach(state::apply);
            folds.add(state.fold(id));
        });
        return folds;
    }

    private static LogId id(JournalEntry entry) {
        return new LogId(Slot.of(entry.getApp(), entry.getUser()), entry.getApp(), entry.getUser());
    }

    private static JournalBatch parse(byte[] payload) throws SQLException {
        try {
            return JournalBatch.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("journal.payload is damaged", e);
        }
    }

    private static void close(Connection connection, long incarnation) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE incarnation SET state = 'CLOSED' WHERE id = ?")) {
            update.setLong(1, incarnation);
            update.executeUpdate();
        }
    }
}
