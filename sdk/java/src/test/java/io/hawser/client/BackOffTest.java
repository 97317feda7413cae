package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackOffTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void neverLeavesItsSpanHoweverOftenItIsAsked(long seed) {
        BackOff backOff = new BackOff(SECOND, 60 * SECOND, new Random(seed)::nextDouble);
        for (int attempt = 0; attempt < 500; attempt++) {
            long span = Math.min(60 * SECOND, attempt < 6 ? SECOND << attempt : Long.MAX_VALUE);
            assertThat(backOff.nextNanos(2000)).isBetween(2 * SECOND, 2 * SECOND + span);
        }
    }

    @Test
    void spreadsClientsOverTheWholeSpan() {
        Random random = new Random(7);
        double mean = DoubleStream.generate(() -> new BackOff(SECOND, SECOND, random::nextDouble).nextNanos(0))
                .limit(1_000)
                .average()
                .orElseThrow();
        assertThat(mean / SECOND).isBetween(0.45, 0.55);
    }

    @Test
    void beginsAnewAfterAReset() {
        BackOff backOff = new BackOff(SECOND, 60 * SECOND, () -> 0.5);
        assertThat(backOff.isFirst()).isTrue();
        backOff.nextNanos(0);
        assertThat(backOff.isFirst()).isFalse();
        assertThat(backOff.nextNanos(0)).isEqualTo(SECOND);
        backOff.reset();
        assertThat(backOff.nextNanos(0)).isEqualTo(SECOND / 2);
    }
}
