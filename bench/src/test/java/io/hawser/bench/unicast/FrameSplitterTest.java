package io.hawser.bench.unicast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Frames come out whole, however the bytes come in. */
final class FrameSplitterTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameSplitter());

    @Test
    void framesInOneReadComeApart() {
        channel.writeInbound(Unpooled.wrappedBuffer(Frames.pong(), Frames.encode(FrameType.MESSAGE, new byte[300])));
        assertFrame(FrameType.PONG, 0);
        assertFrame(FrameType.MESSAGE, 300);
    }

    @Test
    void aFrameInManyReadsComesOnce() {
        byte[] bytes = Frames.encode(FrameType.MESSAGE, new byte[300]);
        for (byte b : bytes) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertFrame(FrameType.MESSAGE, 300);
        Object more = channel.readInbound();
        assertThat(more).isNull();
    }

    private void assertFrame(int type, int bodyBytes) {
        Frame frame = channel.readInbound();
        assertThat(frame.type()).isEqualTo(type);
        assertThat(frame.body()).hasSize(bodyBytes);
    }
}
