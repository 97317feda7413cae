package io.hawser.keeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"0s, PT0S", "250ms, PT0.25S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "7d, PT168H", "1500us, PT0.0015S"})
    void readsANumberWithAUnit(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "-1s", "1.5s", "s", "1 week", "999999999999d"})
    void refusesWhatHasNoUnitOrIsTooLong(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .hasMessage(text + " (expected: a duration such as 250ms, 30s, 5m, 2h or 7d)");
    }

    @Test
    void readsBackWhatItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Duration duration = Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 49)));
            assertThat(DurationText.parse(DurationText.format(duration)))
                    .as("seed %d", seed)
                    .isEqualTo(duration);
        }
    }
}
