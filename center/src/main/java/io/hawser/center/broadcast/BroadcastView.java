package io.hawser.center.broadcast;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.Broadcast;
import io.hawser.api.v1.Broadcast.State;
import io.hawser.api.v1.BroadcastAudience;
import io.hawser.api.v1.BroadcastProgress;
import io.hawser.api.v1.Durability;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;

/** Tasks as the API shows them. */
final class BroadcastView {
    private BroadcastView() {}

    static Broadcast of(BroadcastTask task) {
        State state = state(task.getState());
        return Broadcast.newBuilder()
                .setName("apps/" + task.getApp() + "/broadcasts/" + Long.toUnsignedString(task.getTask()))
                .setState(state)
                .setDone(isDone(state))
                .setAudience(audience(task))
                .setProgress(progress(task))
                .setAccepted(Timestamps.fromMillis(task.getAcceptedMs()))
                .setExpires(Timestamps.fromMillis(task.getExpiresMs()))
                .setChanged(Timestamps.fromMillis(task.getChangedMs()))
                .setMembersPerSecond(task.getMembersPerSecond())
                .setUrgent(task.getUrgent())
                .setCreatedBy(task.getCreatedBy())
                .setDurability(Durability.STRICT)
                .build();
    }

    private static BroadcastAudience audience(BroadcastTask task) {
        return task.getBseq() == 0
                ? BroadcastAudience.newBuilder().setUsers(true).build()
                : new Reach.Members(task.getGroupsList()).view();
    }

    private static BroadcastProgress progress(BroadcastTask task) {
        BroadcastProgress.Builder progress = BroadcastProgress.newBuilder()
                .setTargeted(task.getTargeted())
                .setSent(task.getSent())
                .setAcknowledged(task.getAcknowledged())
                .setFailed(task.getFailed())
                .setParts(task.getSlices())
                .setPartsFinished(task.getSlicesFinished());
        if (task.getLastError() != 0) {
            progress.setLastError(ErrorCode.ofNumber(task.getLastError()).name());
        }
        return progress.build();
    }

    /** A list that is not complete yet is one that waits, for the rest of itself. */
    private static State state(TaskState state) {
        return switch (state) {
            case TASK_QUEUED, TASK_DRAFT -> State.QUEUED;
            case TASK_RUNNING -> State.RUNNING;
            case TASK_PAUSED -> State.PAUSED;
            case TASK_DONE -> State.DONE;
            case TASK_CANCELLED -> State.CANCELLED;
            case TASK_EXPIRED -> State.EXPIRED;
            case TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> State.STATE_UNSPECIFIED;
        };
    }

    private static boolean isDone(State state) {
        return switch (state) {
            case DONE, CANCELLED, EXPIRED -> true;
            case STATE_UNSPECIFIED, QUEUED, RUNNING, PAUSED, UNRECOGNIZED -> false;
        };
    }
}
