package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.gateway.Decoders;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a frame costs that comes in pieces. */
final class PartialFrameTest {
    /** Skipped whole. */
    private static final int UNKNOWN_TYPE = 120;

    private static final int LARGE_BYTES = 60_000;
    private static final int READ_BYTES = 2_048;

    private final Desk desk = new Desk();
    private final CountedMemory memory = new CountedMemory();
    private final byte[] large = Frames.encode(UNKNOWN_TYPE, new byte[LARGE_BYTES]);

    @BeforeEach
    void bind() {
        desk.bound(0, 0);
        desk.channel.pipeline().addFirst(Decoders.of(desk.connection));
        desk.channel.config().setAllocator(memory);
    }

    @Test
    void itIsCopiedAsItGrowsAndNotWithEachPiece() {
        for (int i = 0; i < large.length; i++) {
            receive(large, i, 1);
        }
        assertThat(memory.takenBytes()).isBetween((long) LARGE_BYTES, 4L * LARGE_BYTES);
        assertThat(memory.heldBytes()).isZero();
        receive(Frames.encode(FrameType.PING, new byte[0]));
        desk.next(FrameType.PONG);
    }

    /** A buffer that grows twofold would come to twice the largest frame. */
    @Test
    void theLargestTakesNoMoreThanItselfAndARead() {
        byte[] largest = Frames.encode(UNKNOWN_TYPE, new byte[FrameLimits.MAX_FRAME_BYTES - 1]);
        for (int at = 0; at < largest.length; at += READ_BYTES) {
            receive(largest, at, Math.min(READ_BYTES, largest.length - at));
        }
        assertThat(memory.largestBytes()).isBetween(largest.length - 1, largest.length + READ_BYTES);
        assertThat(memory.heldBytes()).isZero();
    }

    /** As TLS brings more at once than a socket does. */
    @Test
    void oneThatComesWithMuchMoreIsReadAllTheSame() {
        byte[] largest = Frames.encode(UNKNOWN_TYPE, new byte[FrameLimits.MAX_FRAME_BYTES - 1]);
        byte[] next = Frames.encode(UNKNOWN_TYPE, new byte[20_000]);
        byte[] ping = Frames.encode(FrameType.PING, new byte[0]);
        byte[] rest = new byte[1 + next.length + ping.length];
        System.arraycopy(next, 0, rest, 1, next.length);
        System.arraycopy(ping, 0, rest, 1 + next.length, ping.length);
        receive(largest, 0, largest.length - 1);
        receive(rest);
        desk.next(FrameType.PONG);
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void theBeginningOfTheNextKeepsNoneOfTheMemoryOfTheOneBefore() {
        receive(large, 0, LARGE_BYTES);
        byte[] ping = Frames.encode(FrameType.PING, new byte[0]);
        byte[] restAndOneByte = Arrays.copyOfRange(large, LARGE_BYTES, large.length + 1);
        restAndOneByte[restAndOneByte.length - 1] = ping[0];
        receive(restAndOneByte);
        assertThat(memory.heldBytes()).isLessThan(64);
        receive(ping, 1, ping.length - 1);
        desk.next(FrameType.PONG);
        assertThat(memory.heldBytes()).isZero();
    }

    private void receive(byte[] bytes) {
        receive(bytes, 0, bytes.length);
    }

    private void receive(byte[] bytes, int from, int length) {
        desk.channel.writeInbound(Unpooled.copiedBuffer(bytes, from, length));
        desk.settle();
    }
}
