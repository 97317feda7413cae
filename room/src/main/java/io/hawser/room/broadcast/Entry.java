package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.TaskState;
import java.util.List;

/**
 * A broadcast, as the log has it.
 *
 * @param groups whom it is for; empty: all of the app
 * @param expiresMs wall clock; 0: never
 * @param paced nobody gets it without a grant of pace, until it is done
 */
record Entry(
        long bseq,
        List<String> groups,
        ByteString content,
        long expiresMs,
        TaskState state,
        boolean urgent,
        boolean paced)
        implements BroadcastFrame.Source {
    static Entry of(BroadcastEntry entry) {
        return new Entry(
                entry.getBseq(),
                List.copyOf(entry.getGroupsList()),
                entry.getContent(),
                entry.getExpiresMs(),
                entry.getState(),
                entry.getUrgent(),
                entry.getPaced());
    }

    Entry in(TaskState newState) {
        return new Entry(bseq, groups, content, expiresMs, newState, urgent, paced);
    }

    boolean isForAll() {
        return groups.isEmpty();
    }

    /** Nobody gets it any more. */
    boolean isDead(long wallMs) {
        return state == TaskState.TASK_CANCELLED
                || state == TaskState.TASK_EXPIRED
                || (expiresMs != 0 && expiresMs <= wallMs);
    }

    /** Nobody gets it now. */
    boolean mustWait() {
        return switch (state) {
            case TASK_QUEUED, TASK_PAUSED, TASK_DRAFT, TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> true;
            case TASK_RUNNING -> paced;
            case TASK_DONE, TASK_CANCELLED, TASK_EXPIRED -> false;
        };
    }

    /** It is given as pace is granted. */
    boolean isPacing() {
        return state == TaskState.TASK_RUNNING && paced;
    }

    /** Its state does not change any more. */
    boolean isFinal() {
        return switch (state) {
            case TASK_DONE, TASK_CANCELLED, TASK_EXPIRED -> true;
            case TASK_QUEUED, TASK_RUNNING, TASK_PAUSED, TASK_DRAFT, TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** What it takes in memory, about. */
    int bytes() {
        return content.size() + 128;
    }
}
