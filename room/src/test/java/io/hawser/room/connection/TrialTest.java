package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which messages a client has had for long enough. */
final class TrialTest {
    private static final long FOR_MS = 1_000;
    private static final int ROUNDS = 200;
    private static final int STEPS = 100;

    @Test
    void whatCameTogetherIsTriedTogether() {
        Trial trial = new Trial(FOR_MS, 1);
        for (long seq = 1; seq <= 100; seq++) {
            trial.wrote(seq, seq, 0);
        }
        assertThat(trial.upTo(FOR_MS + 99)).isEqualTo(1);
        assertThat(trial.upTo(FOR_MS + 100)).isEqualTo(100);
    }

    @Test
    void whatCameLaterIsTriedLater() {
        Trial trial = new Trial(FOR_MS, 1);
        trial.wrote(1, 0, 0);
        trial.wrote(2, 600, 0);
        assertThat(trial.upTo(FOR_MS)).isEqualTo(1);
        assertThat(trial.upTo(FOR_MS + 599)).isEqualTo(1);
        assertThat(trial.upTo(FOR_MS + 600)).isEqualTo(2);
    }

    @Test
    void aClientThatIsGivenSomethingAllTheTimeIsFollowed() {
        Trial trial = new Trial(FOR_MS, 1);
        long nowMs = 0;
        for (long seq = 1; seq <= 100; seq++, nowMs += 100) {
            trial.wrote(seq, nowMs, nowMs);
        }
        long hadFor = nowMs - trial.upTo(nowMs) * 100;
        assertThat(hadFor).isBetween(FOR_MS - 100, 3 * FOR_MS);
    }

    @Test
    void nothingIsEverToldThatWasHadForLess() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            neverTellsTooMuch(random, "seed " + seed + ", round " + round);
        }
    }

    private static void neverTellsTooMuch(Random random, String round) {
        TreeMap<Long, Long> writtenMs = new TreeMap<>(Map.of(0L, 1L));
        Trial trial = new Trial(FOR_MS, 1);
        trial.wrote(1, 0, 0);
        long nowMs = 0;
        long heardMs = 0;
        long before = 1;
        for (long seq = 2; seq <= STEPS; seq++) {
            nowMs += random.nextInt((int) FOR_MS);
            writtenMs.put(nowMs, seq);
            trial.wrote(seq, nowMs, heardMs);
            heardMs = random.nextBoolean() ? nowMs : heardMs;
            Map.Entry<Long, Long> tried = writtenMs.floorEntry(heardMs - FOR_MS);
            long told = trial.upTo(heardMs);
            assertThat(told).as(round).isBetween(before, tried == null ? 1 : tried.getValue());
            before = told;
        }
    }
}
