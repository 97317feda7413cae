package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of broadcast_task: the task as the API shows it, but for what is summed from other tables.
 *
 * @param slicedFor a hash of the rooms that have slices; 0: none yet
 */
record TaskRow(BroadcastTask task, long slicedFor) {
    private static final String INSERT = "INSERT INTO broadcast_task (app, bseq, audience, state, urgent, serial,"
            + " members_per_second, accepted_ms, expires_ms, changed_ms, created_by, request_id)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    static TaskRow read(ResultSet row) throws SQLException {
        return new TaskRow(
                BroadcastTask.newBuilder()
                        .setTask(row.getLong("task"))
                        .setApp(row.getString("app"))
                        .setBseq(row.getLong("bseq"))
                        .addAllGroups(Audience.read(row))
                        .setStateValue(row.getInt("state"))
                        .setMembersPerSecond((int) row.getLong("members_per_second"))
                        .setUrgent(row.getBoolean("urgent"))
                        .setSerial(row.getBoolean("serial"))
                        .setAcceptedMs(row.getLong("accepted_ms"))
                        .setExpiresMs(row.getLong("expires_ms"))
                        .setChangedMs(row.getLong("changed_ms"))
                        .setCreatedBy(Sql.text(row, "created_by"))
                        .setRequestId(Sql.text(row, "request_id"))
                        .setTargeted(row.getLong("targeted"))
                        .setSent(row.getLong("sent"))
                        .setAcknowledged(row.getLong("acknowledged"))
                        .setFailed(row.getLong("failed"))
                        .setLastError(row.getInt("last_error"))
                        .setSlices(row.getInt("slices"))
                        .setSlicesFinished(row.getInt("slices_finished"))
                        .build(),
                row.getLong("sliced_for"));
    }

    /** Inserts tasks that have no number yet, and returns them with it. */
    static List<BroadcastTask> insert(Connection connection, List<BroadcastTask> tasks) throws SQLException {
        List<Long> numbers = Sql.insert(
                connection, INSERT, tasks.stream().map(TaskRow::columns).toList());
        List<BroadcastTask> inserted = new ArrayList<>(tasks.size());
        for (int i = 0; i < tasks.size(); i++) {
            inserted.add(tasks.get(i).toBuilder().setTask(numbers.get(i)).build());
        }
        return inserted;
    }

    private static @Nullable Object[] columns(BroadcastTask task) {
        return new @Nullable Object[] {
            task.getApp(),
            task.getBseq() == 0 ? null : task.getBseq(),
            Audience.column(task.getGroupsList()),
            task.getStateValue(),
            task.getUrgent(),
            task.getSerial(),
            Integer.toUnsignedLong(task.getMembersPerSecond()),
            task.getAcceptedMs(),
            task.getExpiresMs(),
            task.getChangedMs(),
            Sql.bytes(task.getCreatedBy()),
            Sql.bytes(task.getRequestId())
        };
    }

    long number() {
        return task.getTask();
    }

    TaskState state() {
        return task.getState();
    }

    boolean isList() {
        return isList(task);
    }

    static boolean isList(BroadcastTask task) {
        return task.getBseq() == 0;
    }

    /** Waits for its turn behind others of the app. */
    static boolean isInTurn(BroadcastTask task) {
        return task.getSerial() && !task.getUrgent();
    }
}
