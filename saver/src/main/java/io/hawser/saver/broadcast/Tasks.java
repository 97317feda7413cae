package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads tasks, with what of their progress stands in other tables. */
final class Tasks {
    private static final int MAX_LISTED = 1_000;
    private static final int LISTED = 100;

    private Tasks() {}

    /** @throws HawserException NOT_FOUND */
    static BroadcastTask get(Connection connection, String app, long number) throws SQLException {
        return withProgress(connection, List.of(row(connection, app, number))).getFirst();
    }

    /** The row alone. @throws HawserException NOT_FOUND */
    static BroadcastTask row(Connection connection, String app, long number) throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT * FROM broadcast_task WHERE task = ? AND app = ?",
                        TaskRow::read,
                        number,
                        app)
                .map(TaskRow::task)
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.NOT_FOUND,
                        "task: " + Long.toUnsignedString(number) + " (expected: a broadcast of app " + app + ")"));
    }

    static Map<Long, BroadcastTask> rows(Connection connection, Collection<Long> numbers) throws SQLException {
        Map<Long, BroadcastTask> found = new HashMap<>();
        if (!numbers.isEmpty()) {
            Sql.list(
                            connection,
                            "SELECT * FROM broadcast_task WHERE task IN " + Sql.in(numbers.size()),
                            TaskRow::read,
                            numbers.toArray())
                    .forEach(row -> found.put(row.number(), row.task()));
        }
        return found;
    }

    /** Newest first. */
    static List<BroadcastTask> list(Connection connection, String app, long before, int asked, boolean unfinished)
            throws SQLException {
        String filter = unfinished ? " AND state IN " + TaskStep.UNFINISHED_STATES : "";
        List<BroadcastTask> rows = Sql.list(
                connection,
                "SELECT * FROM broadcast_task WHERE app = ? AND task < ?" + filter + " ORDER BY task DESC LIMIT ?",
                row -> TaskRow.read(row).task(),
                app,
                before == 0 ? Long.MAX_VALUE : before,
                Checks.wanted(asked, LISTED, MAX_LISTED));
        return withProgress(connection, rows);
    }

    private static List<BroadcastTask> withProgress(Connection connection, List<BroadcastTask> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Long, SliceTotals> slices = slices(connection, rows);
        Map<Long, BroadcastTask> written = written(connection, rows);
        List<BroadcastTask> tasks = new ArrayList<>(rows.size());
        for (BroadcastTask row : rows) {
            BroadcastTask task = written.getOrDefault(row.getTask(), row);
            SliceTotals totals = slices.get(row.getTask());
            tasks.add(totals == null ? task : totals.addTo(task));
        }
        return tasks;
    }

    private static Map<Long, SliceTotals> slices(Connection connection, List<BroadcastTask> rows) throws SQLException {
        Map<Long, SliceTotals> totals = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT task, COUNT(*) AS slices, SUM(finished) AS finished, SUM(done_users) AS done_users,"
                                + " SUM(failed) AS failed, MAX(last_error) AS last_error FROM broadcast_slice"
                                + " WHERE task IN " + Sql.in(rows.size()) + " GROUP BY task",
                        row -> Map.entry(
                                row.getLong("task"),
                                new SliceTotals(
                                        row.getInt("slices"),
                                        row.getInt("finished"),
                                        row.getLong("done_users"),
                                        row.getLong("failed"),
                                        row.getInt("last_error"))),
                        rows.stream().map(BroadcastTask::getTask).toArray())
                .forEach(entry -> totals.put(entry.getKey(), entry.getValue()));
        return totals;
    }

    /** Tasks with what rooms reported. All are of one app. */
    private static Map<Long, BroadcastTask> written(Connection connection, List<BroadcastTask> rows)
            throws SQLException {
        Map<Long, BroadcastTask> byBseq = new HashMap<>();
        rows.stream().filter(row -> !TaskRow.isList(row)).forEach(row -> byBseq.put(row.getBseq(), row));
        if (byBseq.isEmpty()) {
            return Map.of();
        }
        List<@Nullable Object> parameters = new ArrayList<>(byBseq.keySet());
        parameters.addFirst(rows.getFirst().getApp());
        Map<Long, BroadcastTask> written = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT bseq, SUM(targeted) AS targeted, SUM(sent) AS sent, SUM(acknowledged) AS acknowledged"
                                + " FROM broadcast_progress WHERE app = ? AND bseq IN " + Sql.in(byBseq.size())
                                + " GROUP BY bseq",
                        row -> {
                            BroadcastTask task = Objects.requireNonNull(byBseq.get(row.getLong("bseq")));
                            return task.toBuilder()
                                    .setTargeted(task.getTargeted() + row.getLong("targeted"))
                                    .setSent(task.getSent() + row.getLong("sent"))
                                    .setAcknowledged(task.getAcknowledged() + row.getLong("acknowledged"))
                                    .build();
                        },
                        parameters.toArray())
                .forEach(task -> written.put(task.getTask(), task));
        return written;
    }
}
