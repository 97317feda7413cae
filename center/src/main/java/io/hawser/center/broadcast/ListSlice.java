package io.hawser.center.broadcast;

import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.rpc.v1.TaskState;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part of a list of users: a thread of its own appends to their mailboxes while its task runs. */
final class ListSlice extends HeldSlice {
    private final Runnable work;
    private final Supplier<ListWorker.Progress> progress;
    private final IntConsumer pace;
    private @Nullable Thread thread;

    ListSlice(Slice slice, ListWorker worker) {
        this(slice, worker, worker::progress, worker::pace);
    }

    ListSlice(Slice slice, Runnable work, Supplier<ListWorker.Progress> progress, IntConsumer pace) {
        super(slice);
        this.work = work;
        this.progress = progress;
        this.pace = pace;
    }

    @Override
    void renew(Slice renewed) {
        super.renew(renewed);
        pace.accept(renewed.getMembersPerSecond());
    }

    /** Only sees to it that the thread runs, or does not; one that a fault ended is followed by another. */
    @Override
    CompletableFuture<Void> turn() {
        if (slice().getState() != TaskState.TASK_RUNNING) {
            end();
        } else if ((thread == null || !thread.isAlive()) && !progress.get().finished()) {
            thread = Thread.ofVirtual()
                    .name("center-list-" + Long.toUnsignedString(slice().getSlice()))
                    .start(work);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    SliceReport report() {
        ListWorker.Progress present = progress.get();
        return newReport()
                .setDoneUsers(present.done())
                .setFailed(present.failed())
                .setLastError(present.lastError())
                .setFinished(present.finished())
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
