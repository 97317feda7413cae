package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How late a batch is, by two clocks that do not agree. */
final class TransitDelayTest {
    private static final long OFFSET = -7_000_000;

    private final TransitDelay transit = new TransitDelay();

    @Test
    void theFirstIsNotLate() {
        assertThat(delayMillis(1_000, 0)).isZero();
    }

    @Test
    void whatTakesLongerThanTheFastestIsLateByTheDifference() {
        delayMillis(1_000, 3);
        assertThat(delayMillis(2_000, 503)).isEqualTo(500);
        assertThat(delayMillis(3_000, 2)).isZero();
        assertThat(delayMillis(4_000, 12)).isEqualTo(10);
    }

    @Test
    void aMillisecondIsWithinTheClocksGrain() {
        delayMillis(1_000, 3);
        assertThat(delayMillis(2_000, 4)).isZero();
    }

    @Test
    void aDriftOfTheClocksIsForgotten() {
        long minute = TimeUnit.MINUTES.toMillis(1);
        // A thousandth: far worse than any quartz.
        for (int i = 1; i < 600; i++) {
            assertThat(delayMillis(i * minute, i * minute / 1_000)).isLessThan(5 * 60);
        }
    }

    @Test
    void aWriterWhoseClockStoodStillIsBelievedAgainSoon() {
        delayMillis(1_000, 0);
        assertThat(delayMillis(2_000, 30_000)).isEqualTo(30_000);
        delayMillis(15_000, 30_000);
        delayMillis(30_000, 30_000);
        assertThat(delayMillis(31_000, 30_000)).isZero();
    }

    @Test
    void aStallOfTheReaderIsSeenHoweverLong() {
        delayMillis(1_000, 0);
        assertThat(delayMillis(1_100, 60_000)).isEqualTo(60_000);
        assertThat(delayMillis(60_000, 1_100)).isEqualTo(1_100);
    }

    @Test
    void aWriterThatDoesNotSayIsNotLate() {
        assertThat(transit.nanos(0, TimeUnit.SECONDS.toNanos(5))).isZero();
    }

    private long delayMillis(long writtenMillis, long onItsWayMillis) {
        long arrivedMillis = writtenMillis + OFFSET + onItsWayMillis;
        return TimeUnit.NANOSECONDS.toMillis(
                transit.nanos(writtenMillis, TimeUnit.MILLISECONDS.toNanos(arrivedMillis)));
    }
}
