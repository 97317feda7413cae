package io.hawser.room.connection;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for a row of frames, answers and events that a connection does not stand: see CONTRIBUTING.md. */
final class ConnectionFuzz {
    @FuzzTest(maxDuration = "10m")
    void stands(byte @NotNull [] input) {
        ConnectionPlay.play(input);
    }
}
