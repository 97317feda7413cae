package io.hawser.center.broadcast;

import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.rpc.v1.TaskState;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A part of a list of users: a thread of its own appends to their mailboxes while its task runs. */
final class ListSlice extends HeldSlice {
    private final ListWorker worker;
    private @Nullable Thread thread;

    ListSlice(Slice slice, ListWorker worker) {
        super(slice);
        this.worker = worker;
    }

    @Override
    void renew(Slice renewed) {
        super.renew(renewed);
        worker.pace(renewed.getMembersPerSecond());
    }

    /** Only sees to it that the thread runs, or does not. */
    @Override
    CompletableFuture<Void> turn() {
        if (slice().getState() != TaskState.TASK_RUNNING) {
            end();
        } else if (thread == null && !worker.progress().finished()) {
            thread = Thread.ofVirtual()
                    .name("center-list-" + Long.toUnsignedString(slice().getSlice()))
                    .start(worker);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    SliceReport report() {
        ListWorker.Progress progress = worker.progress();
        return newReport()
                .setDoneUsers(progress.done())
                .setFailed(progress.failed())
                .setLastError(progress.lastError())
                .setFinished(progress.finished())
                .build();
    }

    /** What the thread has under way is not counted any more: whoever goes on does it again, which changes nothing. */
    @Override
    void end() {
        Thread running = thread;
        if (running != null) {
            thread = null;
            running.interrupt();
        }
    }
}
