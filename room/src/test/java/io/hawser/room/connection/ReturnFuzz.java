package io.hawser.room.connection;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for a row of drops and returns after which a client lacks what it was promised: see CONTRIBUTING.md. */
final class ReturnFuzz {
    @FuzzTest(maxDuration = "10m")
    void keepsItsWord(byte @NotNull [] input) {
        var _ = ReturnPlay.play(input);
    }
}
