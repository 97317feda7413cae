package io.hawser.saver.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.saver.broadcast.PaceShares.Wanting;
import io.hawser.saver.broadcast.PaceShares.Weighed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PaceSharesTest {
    @Test
    void withoutALimitEachTaskHasItsOwnPace() {
        assertThat(PaceShares.ofTasks(List.of(new Wanting(1, false, 500), new Wanting(2, true, 900)), 0))
                .isEqualTo(Map.of(1L, 500L, 2L, 900L));
    }

    @Test
    void urgentTasksTakePaceBeforeTheOthers() {
        assertThat(PaceShares.ofTasks(List.of(new Wanting(1, false, 500), new Wanting(2, true, 900)), 1_000))
                .isEqualTo(Map.of(1L, 100L, 2L, 900L));
    }

    @Test
    void whatOneDoesNotWantGoesToTheOthers() {
        assertThat(PaceShares.ofTasks(
                        List.of(new Wanting(1, false, 1_000), new Wanting(2, false, 100), new Wanting(3, false, 800)),
                        1_000))
                .isEqualTo(Map.of(1L, 450L, 2L, 100L, 3L, 450L));
    }

    @Test
    void aTaskForWhichNothingIsLeftIsNotWithoutLimit() {
        assertThat(PaceShares.ofTasks(List.of(new Wanting(1, true, 1_000), new Wanting(2, false, 10)), 1_000))
                .isEqualTo(Map.of(1L, 1_000L, 2L, 1L));
    }

    @Test
    void slicesHaveSharesByWhatTheyHaveLeft() {
        assertThat(PaceShares.ofSlices(List.of(new Weighed(1, 300), new Weighed(2, 100)), 1_000))
                .isEqualTo(Map.of(1L, 750L, 2L, 250L));
    }

    @Test
    void thePaceIsGivenOutWholeAndNoSliceHasNone() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            List<Weighed> slices = new ArrayList<>();
            int count = random.nextInt(1, 50);
            for (int slice = 0; slice < count; slice++) {
                slices.add(new Weighed(slice, random.nextInt(1, 100_000)));
            }
            long pace = random.nextInt(1, 100_000);
            Map<Long, Long> shares = PaceShares.ofSlices(slices, pace);
            long sum = shares.values().stream().mapToLong(Long::longValue).sum();
            assertThat(sum).as("seed " + seed).isBetween(pace, pace + count);
            assertThat(shares.values()).as("seed " + seed).allMatch(share -> share >= 1);
        }
    }
}
