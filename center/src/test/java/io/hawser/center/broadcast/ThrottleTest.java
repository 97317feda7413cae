package io.hawser.center.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many users are served at a time. */
class ThrottleTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1000, 64",
        "0, 3, 3",
        "1, 1000, 1",
        "20, 1000, 1",
        "400, 1000, 20",
        "400, 5, 5",
        "20000, 1000, 64",
        "2147483647, 1000, 64"
    })
    void isATwentiethOfASecondsWorthWithinBounds(int perSecond, int wanted, int chunk) throws InterruptedException {
        assertThat(new Throttle(perSecond).await(wanted)).isEqualTo(chunk);
    }

    @Test
    void theNextWaitsAsLongAsTheLastOnesTook() throws InterruptedException {
        Throttle throttle = new Throttle(100);
        long begunNanos = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            assertThat(throttle.await(1_000)).isEqualTo(5);
        }
        assertThat(System.nanoTime() - begunNanos).isGreaterThanOrEqualTo(150_000_000);
    }
}
