package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Rules R1 and R2 over random interleavings, each against a mailbox and a client that know the truth. */
final class StreamPropertyTest {
    private static final int STEPS = 400;

    @RepeatedTest(150)
    void theClientGetsEveryMessageThatLivesOnceAndInOrder(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition() * 7919L;
        Random random = new Random(seed);
        StreamWorld world = new StreamWorld(random);
        try {
            for (int step = 0; step < STEPS; step++) {
                world.act();
            }
            world.calmDown();
            assertThat(world.missing()).isEmpty();
        } catch (AssertionError failure) {
            throw new AssertionError("seed " + seed + "\n" + world.story(), failure);
        }
    }
}
