package io.hawser.room.broadcast;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Rule R6 over random interleavings: slow and urgent tasks, acknowledgements, lost connections, groups that are joined,
 * clients that do not read, stores that fail. Each client's listener gets each broadcast that is for it once, no other,
 * and its cursor stays small.
 */
final class CursorPropertyTest {
    private static final int STEPS = 1_500;

    @RepeatedTest(100)
    void eachListenerGetsEachBroadcastThatIsForItOnce(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition() * 7919L;
        CursorWorld world = new CursorWorld(new Random(seed));
        try {
            for (int step = 0; step < STEPS; step++) {
                world.act();
            }
            world.calmDown();
            world.check();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed " + seed + "\n" + world.story(), failure);
        }
    }
}
