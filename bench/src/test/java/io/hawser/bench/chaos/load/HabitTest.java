package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.bench.measure.BenchException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HabitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Mishaps mishaps = new Mishaps();
    private final AtomicInteger times = new AtomicInteger();

    @Test
    void whatIsDoneAgainAndAgainIsNoMishap() {
        try (Habit habit = Habit.start(1, "senders", 1_000, mishaps, (chance, number) -> times.incrementAndGet())) {
            await().atMost(PATIENCE).until(() -> times.get() > 3);
            habit.over();
        }
        mishaps.check();
    }

    @Test
    void aHabitThatFailsEndsTheRunWithItsCause() {
        IllegalStateException cause = new IllegalStateException("not this time");
        try (Habit _ = Habit.start(1, "senders", 1_000, mishaps, (chance, number) -> {
            if (times.incrementAndGet() == 3) {
                throw cause;
            }
        })) {
            assertThatThrownBy(() -> mishaps.await(PATIENCE, () -> false))
                    .isInstanceOf(BenchException.class)
                    .hasMessage("the run failed: senders: " + cause)
                    .hasCause(cause);
        }
        assertThat(times).hasValue(3);
    }

    @Test
    void theFirstMishapIsTold() {
        mishaps.happened("the first");
        mishaps.happened("the second", new IllegalStateException());
        assertThatThrownBy(mishaps::check).hasMessage("the run failed: the first");
    }
}
