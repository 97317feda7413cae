package io.hawser.saver.journal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that nobody needs any more: all up to what every mailbox of a log acknowledged, and tombstones besides the newest
 * of a log. They are deleted in portions, so that no transaction is as large as what a reader that was away for a month
 * acknowledges at once. What is left of them does no harm: whoever reads a log passes over it.
 *
 * <p>A log's tombstones are counted now and then: when one is written that draws it, by its number. So nothing has to be
 * remembered of the logs, and a fold that is done again does the same.
 */
final class OldRows {
    /** About so many rows of a table go with one transaction. */
    static final int PORTION = 16_384;

    private static final int LEAST_OF_A_LOG = 8;
    private static final String LOG = " WHERE slot = ? AND app = ? AND user = ?";
    /** 2^64 divided by the golden ratio: spreads numbers that follow each other. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    /** One tombstone of 2^8 has those of its log counted. */
    private static final int DRAWN_BITS = 8;

    private final List<Range> messages = new ArrayList<>();
    private final List<Range> tombstones = new ArrayList<>();

    /** Rows of a log, up to a seq. */
    private record Range(int slot, String app, String user, long upTo) {}

    private OldRows() {}

    static OldRows none() {
        return new OldRows();
    }

    /** Finds what there is to delete after folds were written. */
    static OldRows of(Connection connection, List<LogFold> folds) throws SQLException {
        OldRows rows = new OldRows();
        for (LogFold fold : folds) {
            long tooMany = fold.removed().stream().anyMatch(OldRows::isDrawn) ? newestTooMany(connection, fold) : 0;
            rows.messages.add(range(fold, fold.settled()));
            rows.tombstones.add(range(fold, Math.max(fold.settled(), tooMany)));
        }
        return rows;
    }

    boolean isEmpty() {
        return messages.isEmpty() && tombstones.isEmpty();
    }

    /** Deletes a portion, and returns what is left. */
    OldRows delete(Connection connection) throws SQLException {
        OldRows left = new OldRows();
        left.messages.addAll(delete(connection, "message", messages));
        left.tombstones.addAll(delete(connection, "tombstone", tombstones));
        return left;
    }

    private static List<Range> delete(Connection connection, String table, List<Range> ranges) throws SQLException {
        if (ranges.isEmpty()) {
            return List.of();
        }
        int limit = Math.max(LEAST_OF_A_LOG, PORTION / ranges.size());
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM " + table + LOG + " AND seq <= ? ORDER BY seq LIMIT " + limit)) {
            for (Range range : ranges) {
                delete.setInt(1, range.slot);
                delete.setString(2, range.app);
                delete.setBytes(3, utf8(range.user));
                delete.setLong(4, range.upTo);
                delete.addBatch();
            }
            return unfinished(ranges, delete.executeBatch(), limit);
        }
    }

    private static List<Range> unfinished(List<Range> ranges, int[] deleted, int limit) {
        List<Range> unfinished = new ArrayList<>();
        for (int i = 0; i < deleted.length; i++) {
            if (deleted[i] >= limit) {
                unfinished.add(ranges.get(i));
            }
        }
        return unfinished;
    }

    private static boolean isDrawn(Tombstone tombstone) {
        return (tombstone.seq() * SPREAD) >>> (Long.SIZE - DRAWN_BITS) == 0;
    }

    /** Returns the newest tombstone that is one too many; 0: there is none. */
    private static long newestTooMany(Connection connection, LogFold fold) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT seq FROM tombstone" + LOG + " ORDER BY seq DESC LIMIT 1 OFFSET " + Tombstone.MAX_OF_A_LOG)) {
            select.setInt(1, fold.slot());
            select.setString(2, fold.app());
            select.setBytes(3, utf8(fold.user()));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static Range range(LogFold fold, long upTo) {
        return new Range(fold.slot(), fold.app(), fold.user(), upTo);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
