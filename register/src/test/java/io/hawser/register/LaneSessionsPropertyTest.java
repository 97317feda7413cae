package io.hawser.register;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random binds, leaves, pours, changes of owner, rebirths and deaths of rooms, against a model that keeps no more than
 * one session a mailbox and remembers who poured what.
 */
final class LaneSessionsPropertyTest {
    private static final int WORLDS = 15;
    private static final int STEPS = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsFoundIsWhatTheModelHolds(long firstSeed) {
        for (long seed = firstSeed * 1_000; seed < firstSeed * 1_000 + WORLDS; seed++) {
            SessionsWorld world = new SessionsWorld(seed);
            for (int step = 0; step < STEPS; step++) {
                world.step();
                world.check();
            }
        }
    }
}
