package io.hawser.room.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many sessions a second a room tells its registers. */
final class PaceTest {
    private static final int A_SECOND = 1_000;
    private static final int PORTION = 500;

    private long nowNanos = Long.MAX_VALUE - 1;
    private final Pace pace = new Pace(nowNanos);

    @Test
    void theFirstPortionGoesAtOnceAndTheOthersWhenThoseBeforeHaveHadTheirTime() {
        assertThat(waitMillis()).isZero();
        assertThat(waitMillis()).isEqualTo(500);
        passMillis(500);
        assertThat(waitMillis()).isEqualTo(500);
    }

    @Test
    void timeThatWasNotUsedIsNotSavedUp() {
        assertThat(waitMillis()).isZero();
        passMillis(60_000);
        assertThat(waitMillis()).isZero();
        assertThat(waitMillis()).isEqualTo(500);
    }

    @Test
    void aRateThatIsNoneIsRefused() {
        PourConfig normal = PourConfig.defaults();
        assertThatThrownBy(() -> new PourConfig(
                        normal.slotsAtOnce(),
                        normal.sessionsPerRequest(),
                        0,
                        normal.timeout(),
                        Duration.ZERO,
                        normal.compareEvery()))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("pour.sessionsPerSecond: 0 (expected: at least 1)");
    }

    private long waitMillis() {
        return TimeUnit.NANOSECONDS.toMillis(pace.take(PORTION, A_SECOND, nowNanos));
    }

    private void passMillis(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
