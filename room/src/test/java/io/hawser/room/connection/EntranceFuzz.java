package io.hawser.room.connection;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/** Looks for what a way in does not stand, of proxies, of HTTP and of WebSocket: see CONTRIBUTING.md. */
final class EntranceFuzz {
    @FuzzTest(maxDuration = "10m")
    void letsNothingBy(byte @NotNull [] input) {
        var _ = EntrancePlay.play(input);
    }
}
