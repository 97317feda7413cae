package io.hawser.saver.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of states, as TaskStep shows it. */
final class TaskStepTest {
    @ParameterizedTest
    @CsvSource({
        "BEGIN,  DRAFT,  QUEUED",
        "BEGIN,  QUEUED, ",
        "START,  QUEUED, RUNNING",
        "START,  PAUSED, ",
        "PAUSE,  QUEUED, PAUSED",
        "PAUSE,  RUNNING,PAUSED",
        "PAUSE,  DRAFT,  ",
        "PAUSE,  DONE,   ",
        "RESUME, PAUSED, QUEUED",
        "RESUME, DONE,   ",
        "FINISH, RUNNING,DONE",
        "FINISH, PAUSED, ",
        "CANCEL, DRAFT,  CANCELLED",
        "CANCEL, QUEUED, CANCELLED",
        "CANCEL, RUNNING,CANCELLED",
        "CANCEL, PAUSED, CANCELLED",
        "CANCEL, DONE,   CANCELLED",
        "CANCEL, EXPIRED,",
        "EXPIRE, DRAFT,  EXPIRED",
        "EXPIRE, PAUSED, EXPIRED",
        "EXPIRE, DONE,   ",
    })
    void aStepLeadsWhereTheTableSays(TaskStep step, String from, String to) {
        assertThat(step.from(state(from)).map(TaskState::name).orElse(null))
                .isEqualTo(to == null ? null : "TASK_" + to);
    }

    @Test
    void whatIsOverStaysSo() {
        for (TaskStep step : TaskStep.values()) {
            assertThat(step.from(TaskState.TASK_CANCELLED)).isEmpty();
            assertThat(step.from(TaskState.TASK_EXPIRED)).isEmpty();
        }
    }

    private static TaskState state(String name) {
        return TaskState.valueOf("TASK_" + name);
    }
}
