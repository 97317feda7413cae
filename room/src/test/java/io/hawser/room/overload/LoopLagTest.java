package io.hawser.room.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** How late a loop is, which the test runs by hand. */
final class LoopLagTest {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long nowNanos;
    private final LoopLag lag = new LoopLag(List.of(waiting::add, Runnable::run), () -> nowNanos);

    @Test
    void theWorstLoopIsToldAsOfItsLastAnswer() {
        assertThat(lag.getAsDouble()).isZero();
        nowNanos += 40_000_000;
        waiting.remove().run();
        assertThat(lag.getAsDouble()).isEqualTo(40);
        waiting.remove().run();
        assertThat(lag.getAsDouble()).isZero();
    }

    @Test
    void aLoopThatDoesNotComeIsAsLateAsTheQuestionIsOld() {
        assertThat(lag.getAsDouble()).isZero();
        nowNanos += 3_000_000_000L;
        assertThat(lag.getAsDouble()).isEqualTo(3_000);
        nowNanos += 1_000_000_000L;
        assertThat(lag.getAsDouble()).isEqualTo(4_000);
        assertThat(waiting).hasSize(1);
    }
}
