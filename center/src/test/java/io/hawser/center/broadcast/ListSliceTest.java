package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread of a part of a list. */
class ListSliceTest {
    private static final Slice SLICE =
            Slice.newBuilder().setState(TaskState.TASK_RUNNING).build();

    private final AtomicInteger runs = new AtomicInteger();
    private volatile ListWorker.Progress progress = new ListWorker.Progress(0, 0, 0, false);

    @Test
    void thatEndedBeforeItsTimeIsFollowedByAnotherUntilThePartIsFinished() {
        ListSlice slice = new ListSlice(SLICE, this::failOnce, () -> progress, pace -> {});
        await().until(() -> {
            slice.turn().join();
            return slice.report().getFinished();
        });
        slice.turn().join();
        assertThat(runs).hasValue(2);
    }

    /** Ends as a worker does that met a fault. */
    private void failOnce() {
        if (runs.incrementAndGet() == 2) {
            progress = new ListWorker.Progress(1, 0, 0, true);
        }
    }
}
