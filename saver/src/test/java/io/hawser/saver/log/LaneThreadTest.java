package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A lane outlives its tasks. */
final class LaneThreadTest {
    @Test
    void anErrorInATaskDoesNotEndTheLane() {
        CompletableFuture<String> ran = new CompletableFuture<>();
        try (LaneThread lane = new LaneThread("test-lane")) {
            lane.start(() -> {});
            lane.execute(() -> {
                throw new OutOfMemoryError("fault");
            });
            lane.execute(() -> ran.complete("the next one"));
            assertThat(ran.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("the next one");
        }
    }
}
