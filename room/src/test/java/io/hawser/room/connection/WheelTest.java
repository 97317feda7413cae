package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WheelTest {
    private final Wheel wheel = new Wheel();

    /** Wants to be asked once, at its own time. */
    private static final class Deadline extends Wheel.Entry {
        final long dueMs;
        long firedMs = -1;

        Deadline(long dueMs) {
            this.dueMs = dueMs;
        }

        @Override
        long onDue(long nowMs) {
            if (nowMs < dueMs) {
                return dueMs;
            }
            firedMs = nowMs;
            return Wheel.NEVER;
        }
    }

    private void turnTo(long nowMs) {
        while (!wheel.turn(nowMs, 7)) {
            // In portions, as a loop does.
        }
    }

    @Test
    void everyDeadlineIsKeptWithinATickWhateverItsDistance() {
        Random random = new Random(3);
        List<Deadline> deadlines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Deadline deadline = new Deadline(1 + random.nextInt(400_000));
            deadlines.add(deadline);
            wheel.arm(deadline, deadline.dueMs);
        }
        for (long nowMs = 0; nowMs <= 400_200; nowMs += 100) {
            turnTo(nowMs);
        }
        assertThat(deadlines)
                .allSatisfy(d -> assertThat(d.firedMs).isBetween(d.dueMs, d.dueMs + 2L * Wheel.TICK_MILLIS));
    }

    @Test
    void aDeadlineMovesNearerAndNotAway() {
        Deadline deadline = new Deadline(0);
        wheel.arm(deadline, 5_000);
        wheel.arm(deadline, 1_000);
        wheel.arm(deadline, 9_000);
        turnTo(900);
        assertThat(deadline.firedMs).isNegative();
        turnTo(1_000);
        assertThat(deadline.firedMs).isEqualTo(1_000);
    }

    @Test
    void whatIsDisarmedIsNotAskedNorAreItsNeighboursLost() {
        Deadline first = new Deadline(0);
        Deadline second = new Deadline(0);
        Deadline third = new Deadline(0);
        wheel.arm(first, 500);
        wheel.arm(second, 500);
        wheel.arm(third, 500);
        wheel.disarm(second);
        wheel.disarm(second);
        turnTo(10_000);
        assertThat(first.firedMs).isEqualTo(10_000);
        assertThat(second.firedMs).isNegative();
        assertThat(third.firedMs).isEqualTo(10_000);
    }

    @Test
    void aPauseOfTheProcessSkipsNothing() {
        Deadline soon = new Deadline(200);
        Deadline later = new Deadline(250_000);
        wheel.arm(soon, soon.dueMs);
        wheel.arm(later, later.dueMs);
        turnTo(300_000);
        assertThat(soon.firedMs).isEqualTo(300_000);
        assertThat(later.firedMs).isEqualTo(300_000);
    }
}
