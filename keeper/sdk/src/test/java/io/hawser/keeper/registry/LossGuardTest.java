package io.hawser.keeper.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LossGuardTest {
    private final AtomicLong nowNs = new AtomicLong(-5);
    private final LossGuard guard = new LossGuard(Duration.ofSeconds(15), nowNs::get);

    @Test
    void aThirdIsBelievedAndMoreIsNot() {
        assertThat(guard.doubts(9, 3)).isFalse();
        assertThat(guard.doubts(9, 4)).isTrue();
    }

    @Test
    void oneOfThreeIsBelievedAndOneOfTwoIsNot() {
        assertThat(guard.doubts(3, 1)).isFalse();
        assertThat(guard.doubts(2, 1)).isTrue();
        assertThat(guard.doubts(1, 1)).isTrue();
    }

    @Test
    void lossesThatTrickleInAreOneLoss() {
        int believed = 10;
        for (int i = 0; i < 3; i++) {
            assertThat(guard.doubts(believed, 1)).isFalse();
            guard.lost(1);
            believed--;
        }
        assertThat(guard.doubts(believed, 1)).isTrue();
    }

    @Test
    void lossesOfLongAgoAreForgotten() {
        guard.lost(5);
        nowNs.addAndGet(Duration.ofSeconds(16).toNanos());
        assertThat(guard.doubts(10, 3)).isFalse();
    }
}
