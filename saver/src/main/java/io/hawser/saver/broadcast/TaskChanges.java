package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Moves an app's tasks from state to state, under the lock of the app: what a step brings about besides is done here, and
 * nowhere else. Followers are told of entries; the next in the serial queue starts when its turn has come.
 */
final class TaskChanges {
    private static final String IN_TURN = "serial = TRUE AND urgent = FALSE";

    private final Connection connection;
    private final AppLog log;
    private final long nowMs;
    private final BroadcastMeters meters;

    TaskChanges(Connection connection, AppLog log, long nowMs, BroadcastMeters meters) {
        this.connection = connection;
        this.log = log;
        this.nowMs = nowMs;
        this.meters = meters;
    }

    /**
     * Takes a step, and those that follow from it.
     *
     * @return the task after it
     * @throws HawserException FAILED_PRECONDITION where its state does not allow the step
     */
    BroadcastTask take(BroadcastTask task, TaskStep step) throws SQLException {
        BroadcastTask changed = write(task, step);
        if (changed.getState() == TaskState.TASK_QUEUED) {
            changed = startInTurn(changed);
        }
        if (TaskStep.isUnfinished(task.getState()) && !TaskStep.isUnfinished(changed.getState())) {
            changed = end(changed);
        }
        if (task.getState() == TaskState.TASK_RUNNING && TaskRow.isInTurn(task)) {
            startNext();
        }
        return changed;
    }

    /** Starts a new or queued task, unless it has to wait for its turn. */
    BroadcastTask startInTurn(BroadcastTask task) throws SQLException {
        return TaskRow.isInTurn(task) && isTurnTaken() ? task : start(task);
    }

    boolean isTurnTaken() throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT 1 FROM broadcast_task WHERE app = ? AND state = ? AND " + IN_TURN + " LIMIT 1",
                        row -> true,
                        log.app(),
                        TaskState.TASK_RUNNING_VALUE)
                .isPresent();
    }

    private void startNext() throws SQLException {
        if (isTurnTaken()) {
            return;
        }
        Optional<TaskRow> next = Sql.first(
                connection,
                "SELECT * FROM broadcast_task WHERE app = ? AND state = ? AND " + IN_TURN + " ORDER BY task LIMIT 1",
                TaskRow::read,
                log.app(),
                TaskState.TASK_QUEUED_VALUE);
        if (next.isPresent()) {
            start(next.get().task());
        }
    }

    private BroadcastTask start(BroadcastTask task) throws SQLException {
        if (TaskRow.isList(task)) {
            Sql.update(
                    connection,
                    "INSERT IGNORE INTO broadcast_slice (task, room, room_incarnation, part)"
                            + " SELECT task, '', 0, part FROM broadcast_part WHERE task = ?",
                    task.getTask());
        }
        return write(task, TaskStep.START);
    }

    private BroadcastTask write(BroadcastTask task, TaskStep step) throws SQLException {
        TaskState next = step.from(task.getState())
                .filter(state -> !(TaskRow.isList(task) && task.getState() == TaskState.TASK_DONE))
                .orElseThrow(() -> refused(task, step));
        Sql.update(
                connection,
                "UPDATE broadcast_task SET state = ?, changed_ms = ? WHERE task = ?",
                next.getNumber(),
                nowMs,
                task.getTask());
        if (!TaskRow.isList(task)) {
            log.taskChanged(task.getBseq(), nowMs);
        }
        meters.changed(next);
        return task.toBuilder().setState(next).setChangedMs(nowMs).build();
    }

    /** Keeps the totals of the slices, which are work no more. */
    private BroadcastTask end(BroadcastTask task) throws SQLException {
        List<SliceTotals> slices = Sql.list(
                connection,
                "SELECT finished, done_users, failed, last_error FROM broadcast_slice WHERE task = ? FOR UPDATE",
                SliceTotals::ofSlice,
                task.getTask());
        BroadcastTask ended = SliceTotals.sum(slices).addTo(task);
        Sql.update(
                connection,
                "UPDATE broadcast_task SET slices = ?, slices_finished = ?, sent = ?, failed = ?, last_error = ?"
                        + " WHERE task = ?",
                ended.getSlices(),
                ended.getSlicesFinished(),
                ended.getSent(),
                ended.getFailed(),
                ended.getLastError(),
                task.getTask());
        for (String table : List.of("broadcast_slice", "broadcast_part", "broadcast_part_hash", "broadcast_list")) {
            Sql.update(connection, "DELETE FROM " + table + " WHERE task = ?", task.getTask());
        }
        return ended;
    }

    private static HawserException refused(BroadcastTask task, TaskStep step) {
        return HawserException.refusal(
                ErrorCode.FAILED_PRECONDITION,
                "state: " + task.getState() + " (expected: one from which a broadcast can " + step + ")");
    }
}
