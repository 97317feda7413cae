package io.hawser.room.connection;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for bytes, and for cuts between them, that the decoder reads wrongly: see CONTRIBUTING.md. */
final class CodecFuzz {
    @FuzzTest(maxDuration = "10m")
    void agrees(byte @NotNull [] input) {
        CodecPlay.play(input);
    }
}
