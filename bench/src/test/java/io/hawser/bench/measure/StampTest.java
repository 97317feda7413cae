package io.hawser.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a message carries of its sending. */
final class StampTest {
    @Test
    void itComesBackFromABodyOfTheSizeAskedFor() {
        Stamp stamp = new Stamp(3, -123_456_789_012L);
        assertThat(stamp.body(256)).hasSize(256);
        assertThat(Stamp.of(ByteBuffer.wrap(stamp.body(256)))).isEqualTo(stamp);
    }

    @Test
    void aBodyIsNeverTooSmallForIt() {
        assertThat(new Stamp(0, 1).body(1)).hasSize(Stamp.BYTES);
    }
}
