package io.hawser.saver.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProbationTest {
    private static final long FIRST_NANOS = Duration.ofSeconds(5).toNanos();

    private final Probation probation = new Probation(Duration.ofSeconds(5));
    private long nowNanos = 1;

    @Test
    void whoIsLostAgainSoonHasToAnswerForTwiceAsLongEachTime() {
        probation.failed(nowNanos);
        assertThat(probation.nanos()).isEqualTo(FIRST_NANOS);
        flap(3);
        assertThat(probation.nanos()).isEqualTo(8 * FIRST_NANOS);
    }

    @Test
    void theTimeHasABound() {
        flap(100);
        assertThat(probation.nanos()).isEqualTo(32 * FIRST_NANOS);
    }

    @Test
    void whoKeptItsPromiseForLongBeginsAgain() {
        flap(3);
        probation.passed(nowNanos);
        nowNanos += 32 * FIRST_NANOS;
        probation.failed(nowNanos);
        assertThat(probation.nanos()).isEqualTo(FIRST_NANOS);
    }

    private void flap(int times) {
        for (int i = 0; i < times; i++) {
            probation.passed(nowNanos);
            nowNanos += FIRST_NANOS;
            probation.failed(nowNanos);
        }
    }
}
