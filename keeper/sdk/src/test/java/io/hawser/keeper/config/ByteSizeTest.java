package io.hawser.keeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.HawserException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"0B, 0", "512B, 512", "64KiB, 65536", "4MiB, 4194304", "2GiB, 2147483648", "8 KiB, 8192"})
    void readsANumberWithAUnit(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64KB", "-1B", "1.5MiB", "KiB", "999999999999999GiB", "64kib"})
    void refusesWhatHasNoBinaryUnitOrDoesNotFit(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(HawserException.class)
                .hasMessage(text + " (expected: a size such as 512B, 64KiB, 4MiB or 2GiB)");
    }

    @Test
    void readsBackWhatItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            ByteSize size = new ByteSize(random.nextLong(1L << random.nextInt(1, 40)) << random.nextInt(10));
            assertThat(ByteSize.parse(size.toString())).as("seed %d", seed).isEqualTo(size);
        }
    }

    @Test
    void isNoIntFromTwoGibibytesOn() {
        assertThat(ByteSize.parse("2047MiB").toInt()).isEqualTo(2047 << 20);
        assertThatThrownBy(() -> ByteSize.parse("2GiB").toInt()).hasMessage("2GiB (expected: less than 2GiB)");
    }
}
