package io.hawser.client;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for what a room may say that a client does not stand: see CONTRIBUTING.md. */
final class SessionFuzz {
    @FuzzTest(maxDuration = "10m")
    void standsItsRoom(byte @NotNull [] input) throws Exception {
        SessionPlay.play(input);
    }
}
