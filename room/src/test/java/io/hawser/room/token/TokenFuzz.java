package io.hawser.room.token;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for a token that is taken though nobody signed it, or that the verifier does not stand: see CONTRIBUTING.md. */
final class TokenFuzz {
    @FuzzTest(maxDuration = "10m")
    void isTakenWhereItWasSigned(byte @NotNull [] input) {
        var _ = TokenPlay.play(input);
    }
}
