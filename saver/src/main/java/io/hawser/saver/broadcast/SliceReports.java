package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far centers are with their slices. Reports under a fence that is not the present one change nothing. */
final class SliceReports {
    private final Clock clock;
    private final BroadcastMeters meters;

    SliceReports(Clock clock, BroadcastMeters meters) {
        this.clock = clock;
        this.meters = meters;
    }

    /** @param finishedIn apps with a task of which a slice was reported finished now: it may be done */
    record Outcome(ReportSlicesReply reply, Set<String> finishedIn) {}

    Outcome report(Connection connection, ReportSlicesRequest request) throws SQLException {
        Map<Long, Held> held = held(connection, request);
        long nowMs = clock.millis();
        ReportSlicesReply.Builder reply = ReportSlicesReply.newBuilder();
        List<@Nullable Object[]> rows = new ArrayList<>();
        Set<Long> finished = new HashSet<>();
        for (SliceReport report : request.getSlicesList()) {
            Held slice = held.get(report.getSlice());
            if (slice == null || slice.fence != report.getFence()) {
                reply.addLost(report.getSlice());
                meters.lost.increment();
                continue;
            }
            rows.add(row(report, nowMs));
            if (report.getFinished()) {
                finished.add(slice.task);
            }
        }
        Sql.batch(
                connection,
                "UPDATE broadcast_slice SET targeted = ?, remaining = ?, done_users = GREATEST(done_users, ?),"
                        + " failed = GREATEST(failed, ?), last_error = IF(? = 0, last_error, ?),"
                        // Before `finished`: assignments are made in their order.
                        + " finished_ms = IF(finished, finished_ms, ?), finished = IF(room = '', finished OR ?, ?)"
                        + " WHERE slice = ?",
                rows);
        return new Outcome(reply.build(), apps(connection, finished));
    }

    private record Held(long slice, long fence, long task) {}

    /** Locked: a fence that is the present one stays it until the report is written. */
    private static Map<Long, Held> held(Connection connection, ReportSlicesRequest request) throws SQLException {
        Map<Long, Held> held = new HashMap<>();
        if (request.getSlicesCount() == 0) {
            return held;
        }
        List<@Nullable Object> parameters = new ArrayList<>();
        request.getSlicesList().forEach(report -> parameters.add(report.getSlice()));
        parameters.add(Sql.bytes(request.getCenter()));
        parameters.add(request.getCenterIncarnation());
        Sql.list(
                        connection,
                        "SELECT slice, fence, task FROM broadcast_slice WHERE slice IN "
                                + Sql.in(request.getSlicesCount())
                                + " AND center = ? AND center_incarnation = ? ORDER BY slice FOR UPDATE",
                        row -> new Held(row.getLong("slice"), row.getLong("fence"), row.getLong("task")),
                        parameters.toArray())
                .forEach(slice -> held.put(slice.slice, slice));
        return held;
    }

    private static @Nullable Object[] row(SliceReport report, long nowMs) {
        return new @Nullable Object[] {
            report.getTargeted(),
            report.getRemaining(),
            Integer.toUnsignedLong(report.getDoneUsers()),
            Integer.toUnsignedLong(report.getFailed()),
            report.getLastError(),
            report.getLastError(),
            nowMs,
            report.getFinished(),
            report.getFinished(),
            report.getSlice()
        };
    }

    private static Set<String> apps(Connection connection, Set<Long> tasks) throws SQLException {
        return tasks.isEmpty()
                ? Set.of()
                : new HashSet<>(Sql.list(
                        connection,
                        "SELECT DISTINCT app FROM broadcast_task WHERE task IN " + Sql.in(tasks.size()),
                        row -> row.getString("app"),
                        tasks.toArray()));
    }
}
