package io.hawser.saver.broadcast;

import static io.hawser.rpc.v1.TaskState.TASK_CANCELLED;
import static io.hawser.rpc.v1.TaskState.TASK_DONE;
import static io.hawser.rpc.v1.TaskState.TASK_DRAFT;
import static io.hawser.rpc.v1.TaskState.TASK_EXPIRED;
import static io.hawser.rpc.v1.TaskState.TASK_PAUSED;
import static io.hawser.rpc.v1.TaskState.TASK_QUEUED;
import static io.hawser.rpc.v1.TaskState.TASK_RUNNING;

import io.hawser.rpc.v1.TaskState;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What can happen to a task, and what it is then. Whatever is to run is QUEUED first, and starts when it is its turn: at
 * once, but in the app's serial queue.
 *
 * <pre>
 *            DRAFT    QUEUED   RUNNING  PAUSED   DONE
 *   BEGIN    QUEUED
 *   START             RUNNING
 *   PAUSE             PAUSED   PAUSED
 *   RESUME                              QUEUED
 *   FINISH                     DONE
 *   CANCEL   CANCELLED in all of them: who is away gets it no more (a list that is done stays so)
 *   EXPIRE   EXPIRED in all but DONE
 * </pre>
 */
enum TaskStep {
    BEGIN(Map.of(TASK_DRAFT, TASK_QUEUED)),
    START(Map.of(TASK_QUEUED, TASK_RUNNING)),
    PAUSE(Map.of(TASK_QUEUED, TASK_PAUSED, TASK_RUNNING, TASK_PAUSED)),
    RESUME(Map.of(TASK_PAUSED, TASK_QUEUED)),
    FINISH(Map.of(TASK_RUNNING, TASK_DONE)),
    CANCEL(Map.of(
            TASK_DRAFT, TASK_CANCELLED,
            TASK_QUEUED, TASK_CANCELLED,
            TASK_RUNNING, TASK_CANCELLED,
            TASK_PAUSED, TASK_CANCELLED,
            TASK_DONE, TASK_CANCELLED)),
    EXPIRE(Map.of(
            TASK_DRAFT, TASK_EXPIRED,
            TASK_QUEUED, TASK_EXPIRED,
            TASK_RUNNING, TASK_EXPIRED,
            TASK_PAUSED, TASK_EXPIRED));

    private static final Set<TaskState> UNFINISHED = EnumSet.of(TASK_DRAFT, TASK_QUEUED, TASK_RUNNING, TASK_PAUSED);
    /** The same, for SQL. */
    static final String UNFINISHED_STATES = "(%d, %d, %d, %d)"
            .formatted(
                    TASK_DRAFT.getNumber(), TASK_QUEUED.getNumber(), TASK_RUNNING.getNumber(), TASK_PAUSED.getNumber());

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.of
    private final Map<TaskState, TaskState> table;

    TaskStep(Map<TaskState, TaskState> table) {
        this.table = table;
    }

    /** Returns the state after this step; none: it cannot be taken. */
    Optional<TaskState> from(TaskState state) {
        return Optional.ofNullable(table.get(state));
    }

    static boolean isUnfinished(TaskState state) {
        return UNFINISHED.contains(state);
    }
}
