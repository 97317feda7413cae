package io.hawser.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedDrawTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anIndexIsDrawnInProportionToItsWeight(long seed) {
        Random random = new Random(seed);
        WeightedDraw draw = new WeightedDraw(new long[] {1, 3, 6});
        int[] drawn = new int[3];
        for (int i = 0; i < 100_000; i++) {
            drawn[draw.one(random)]++;
        }
        assertThat(drawn[0] / 100_000.0).as("seed %d", seed).isCloseTo(0.1, within(0.01));
        assertThat(drawn[2] / 100_000.0).as("seed %d", seed).isCloseTo(0.6, within(0.01));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void distinctOnesAreDistinctHoweverUnevenTheWeights(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            long[] weights = random.longs(1 + random.nextInt(20), 1, 2)
                    .map(weight -> random.nextBoolean() ? weight : weight << 40)
                    .toArray();
            int count = 1 + random.nextInt(25);
            int[] drawn = new WeightedDraw(weights).distinct(count, random);
            assertThat(drawn).as("seed %d", seed).hasSize(Math.min(count, weights.length));
            assertThat(Arrays.stream(drawn).distinct()).as("seed %d", seed).hasSize(drawn.length);
        }
    }
}
