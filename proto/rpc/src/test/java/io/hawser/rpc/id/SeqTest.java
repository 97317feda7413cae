package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of messages. */
final class SeqTest {
    private static final long MAX_N = 0xffff_ffffL;

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 1, 1", "1, 0, 4294967296", "3, 7, 12884901895"})
    void aSeqIsGenerationTimesTwoToThe32PlusN(int generation, long n, long seq) {
        assertThat(Seq.of(generation, n)).isEqualTo(seq);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void itsPartsComeBack(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            int generation = random.nextInt(Seq.MAX_GENERATION + 1);
            long n = random.nextLong(MAX_N + 1);
            long seq = Seq.of(generation, n);
            assertThat(Seq.generation(seq)).as("seed %d", seed).isEqualTo(generation);
            assertThat(Seq.n(seq)).as("seed %d", seed).isEqualTo(n);
        }
    }

    @Test
    void aNewGenerationIsAboveAllOfTheOldOne() {
        assertThat(Seq.of(8, 0)).isGreaterThan(Seq.of(7, MAX_N));
    }

    @Test
    void theHighestIsExactInJavaScript() {
        assertThat(Seq.of(Seq.MAX_GENERATION, MAX_N)).isEqualTo((1L << 53) - 1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "2097152, 0", "0, -1", "0, 4294967296"})
    void whatIsOutOfRangeIsNamed(int generation, long n) {
        assertThatThrownBy(() -> Seq.of(generation, n)).hasMessage("generation: " + generation + ", n: " + n);
    }
}
