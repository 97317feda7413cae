package io.hawser.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackOffTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration HEALTHY = Duration.ofSeconds(10);
    private static final Restarts LIMITS = new Restarts(Duration.ofSeconds(1), Duration.ofSeconds(5), HEALTHY, 3);

    private final BackOff backOff = new BackOff(LIMITS);

    @Test
    void doublesThePauseUpToItsBound() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            seconds.add(backOff.pauseAfter(SHORT).toSeconds());
        }
        assertThat(seconds).containsExactly(1L, 2L, 4L, 5L, 5L);
    }

    @Test
    void beginsAgainAfterAHealthyLife() {
        backOff.pauseAfter(SHORT);
        backOff.pauseAfter(SHORT);
        assertThat(backOff.pauseAfter(HEALTHY)).hasSeconds(1);
        assertThat(backOff.pauseAfter(SHORT)).hasSeconds(2);
    }

    @Test
    void isACrashLoopAfterSoManyShortLivesInARow() {
        backOff.pauseAfter(SHORT);
        backOff.pauseAfter(SHORT);
        assertThat(backOff.isCrashLoop()).isFalse();
        backOff.pauseAfter(SHORT);
        assertThat(backOff.isCrashLoop()).isTrue();
        backOff.reset();
        assertThat(backOff.isCrashLoop()).isFalse();
    }

    @Test
    void neverOverflowsHoweverOftenItEnds() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(backOff.pauseAfter(Duration.ZERO)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        }
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new Restarts(Duration.ofSeconds(2), Duration.ofSeconds(1), HEALTHY, 3))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("firstPause: PT2S (expected: PT0.001S to PT1S)");
        assertThatThrownBy(() -> new Restarts(SHORT, HEALTHY, HEALTHY, 0))
                .hasMessageContaining("crashLoopAfter: 0 (expected: 1 to 1000)");
    }
}
