package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Waits between attempts. */
final class BackoffTest {
    @Test
    void theLimitDoublesUpToTheMost() {
        Backoff almostAlways = new Backoff(10, 1_000, () -> 0.999_999);
        assertThat(LongStream.generate(almostAlways::nextNanos).limit(9))
                .containsExactly(9L, 19L, 39L, 79L, 159L, 319L, 639L, 999L, 999L);
    }

    @Test
    void aWaitMayBeAsShortAsNothing() {
        assertThat(new Backoff(10, 1_000, () -> 0).nextNanos()).isZero();
    }

    @Test
    void successStartsOver() {
        Backoff backoff = new Backoff(10, 1_000, () -> 0.5);
        backoff.nextNanos();
        backoff.nextNanos();
        backoff.reset();
        assertThat(backoff.nextNanos()).isEqualTo(5);
    }

    @Test
    void thousandsOfFailuresDoNotOverflow() {
        Backoff backoff = new Backoff(50_000_000L, 5_000_000_000L, () -> 0.5);
        assertThat(LongStream.generate(backoff::nextNanos).limit(10_000))
                .allMatch(wait -> wait > 0 && wait <= 2_500_000_000L);
    }
}
