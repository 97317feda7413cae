package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionMemoryTest {
    @Test
    void aSessionTakesAtMost250Bytes() {
        assertThat(SessionMemory.bytesPerSession(200_000)).isBetween(50.0, 250.0);
    }
}
