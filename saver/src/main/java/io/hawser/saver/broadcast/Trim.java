package io.hawser.saver.broadcast;

import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Takes the oldest entries from a log: those whose time is over, and what is beyond the log's bound. */
final class Trim {
    /** A hundredth more goes than has to, so that a full log is not trimmed at each append. */
    private static final int SLACK = 100;

    private final int maxEntries;
    private final BroadcastMeters meters;

    Trim(int maxEntries, BroadcastMeters meters) {
        this.maxEntries = maxEntries;
        this.meters = meters;
    }

    void toBound(Connection connection, AppLog log, long nowMs) throws SQLException {
        if (log.watermark() - log.trimmedTo() > maxEntries) {
            to(connection, log, log.watermark() - maxEntries + maxEntries / SLACK, nowMs);
        }
    }

    /** Takes entries up to the first whose time is not over. */
    void ofExpired(Connection connection, AppLog log, long nowMs) throws SQLException {
        long firstKept = Sql.first(
                        connection,
                        "SELECT bseq FROM broadcast_entry WHERE app = ? AND expires_ms > ? ORDER BY bseq LIMIT 1",
                        row -> row.getLong("bseq"),
                        log.app(),
                        nowMs)
                .orElse(log.watermark() + 1);
        to(connection, log, firstKept - 1, nowMs);
    }

    /** Tasks that are not over go with their entries, and what was reported of them stays with the tasks. */
    private void to(Connection connection, AppLog log, long bseq, long nowMs) throws SQLException {
        if (bseq <= log.trimmedTo()) {
            return;
        }
        TaskChanges changes = new TaskChanges(connection, log, nowMs, meters);
        List<TaskRow> unfinished = Sql.list(
                connection,
                "SELECT * FROM broadcast_task WHERE app = ? AND state IN " + TaskStep.UNFINISHED_STATES
                        + " AND bseq <= ?",
                TaskRow::read,
                log.app(),
                bseq);
        for (TaskRow row : unfinished) {
            // Read again: an earlier one's end may have started it.
            changes.take(Tasks.row(connection, log.app(), row.number()), TaskStep.EXPIRE);
        }
        keepProgress(connection, log, bseq);
        Sql.update(connection, "DELETE FROM broadcast_progress WHERE app = ? AND bseq <= ?", log.app(), bseq);
        Sql.update(connection, "DELETE FROM broadcast_entry WHERE app = ? AND bseq <= ?", log.app(), bseq);
        meters.trimmed.increment((double) (bseq - log.trimmedTo()));
        log.trimmedTo(bseq);
        log.save(connection);
    }

    private static void keepProgress(Connection connection, AppLog log, long bseq) throws SQLException {
        Sql.update(
                connection,
                "UPDATE broadcast_task t JOIN (SELECT bseq, SUM(targeted) AS targeted, SUM(sent) AS sent,"
                        + " SUM(acknowledged) AS acknowledged FROM broadcast_progress WHERE app = ? AND bseq <= ?"
                        + " GROUP BY bseq) p ON t.bseq = p.bseq SET t.targeted = t.targeted + p.targeted,"
                        + " t.sent = t.sent + p.sent, t.acknowledged = t.acknowledged + p.acknowledged WHERE t.app = ?",
                log.app(),
                bseq,
                log.app());
    }
}
