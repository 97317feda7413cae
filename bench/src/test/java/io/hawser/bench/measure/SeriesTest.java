package io.hawser.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Medians, and how figures read. */
final class SeriesTest {
    @Test
    void theMedianIsTheMiddleOne() {
        assertThat(series(9, 1, 5).median()).isEqualTo(5);
    }

    @Test
    void ofAnEvenNumberItIsBetweenTheTwo() {
        assertThat(series(1, 2, 4, 9).median()).isEqualTo(3);
    }

    @Test
    void theTextTellsTheSpread() {
        assertThat(series(1.25, 1234.5, 99).text()).isEqualTo("99.0 (1.3 to 1,235)");
    }

    @Test
    void theFiguresAreRounded() {
        assertThat(series(1.23456).figures())
                .containsEntry("median", 1.23)
                .containsEntry("min", 1.23)
                .containsEntry("max", 1.23);
    }

    private static Series series(double... values) {
        Series series = new Series();
        DoubleStream.of(values).forEach(series::add);
        return series;
    }
}
