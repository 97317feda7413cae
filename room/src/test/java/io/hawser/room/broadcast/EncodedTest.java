package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.TaskState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which frames an event loop keeps. */
final class EncodedTest {
    private static final int LIMIT_BYTES = 10_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BroadcastMeters meters = new BroadcastMeters(registry);
    private final Compression compression = new Compression(
            ByteBufAllocator.DEFAULT,
            () -> new CompressionConfig(CompressionConfig.Method.DEFLATE, new ByteSize(1), 0),
            meters);
    private final Encoded encoded = new Encoded(ByteBufAllocator.DEFAULT, () -> LIMIT_BYTES, compression, meters);
    private final ModelClient member = new ModelClient("alice", new HandHost());
    private final List<ByteBuf> taken = new ArrayList<>();

    @AfterEach
    void release() {
        taken.forEach(ByteBuf::release);
        encoded.release();
        compression.release();
    }

    private ByteBuf frame(String app, long bseq) {
        ByteBuf frame = encoded.of(
                app,
                List.of(Entry.of(TrueLog.entry("x".repeat(1_000))
                        .setBseq(bseq)
                        .setState(TaskState.TASK_RUNNING)
                        .build())),
                member);
        taken.add(frame);
        return frame;
    }

    private double keptBytes() {
        return registry.get("hawser.room.broadcasts.frames.bytes").gauge().value();
    }

    private double released() {
        return registry.get("hawser.room.broadcasts.frames.released").counter().count();
    }

    @Test
    void framesOfAllAppsAreKeptWithinOneLimit() {
        for (int bseq = 1; bseq <= 50; bseq++) {
            frame("demo", bseq);
            frame("other", bseq);
        }
        assertThat(keptBytes()).isBetween(LIMIT_BYTES / 2.0, (double) LIMIT_BYTES);
        assertThat(released()).isGreaterThan(80);
    }

    @Test
    void theLeastRecentlyWrittenGoesFirst() {
        for (int bseq = 2; bseq <= 50; bseq++) {
            frame("demo", bseq);
            frame("demo", 1);
        }
        double before = released();
        frame("demo", 1);
        assertThat(released()).isEqualTo(before);
        frame("demo", 2);
        assertThat(released()).isEqualTo(before + 1);
    }

    @Test
    void whatIsBeingWrittenOutlivesItsPlaceHere() {
        ByteBuf first = frame("demo", 1);
        byte[] bytes = ByteBufUtil.getBytes(first);
        for (int bseq = 2; bseq <= 50; bseq++) {
            frame("demo", bseq);
        }
        encoded.release();
        assertThat(ByteBufUtil.getBytes(first)).isEqualTo(bytes);
        assertThat(first.refCnt()).isEqualTo(1);
        assertThat(keptBytes()).isZero();
    }

    @Test
    void whatWasCompressedCountsWithWhatIsAsItIs() {
        int plainBytes = frame("demo", 1).readableBytes();
        member.inflates = true;
        int compressedBytes = frame("demo", 1).readableBytes();
        assertThat(compressedBytes).isLessThan(plainBytes - 900);
        assertThat(keptBytes()).isEqualTo(plainBytes + compressedBytes);
        for (int bseq = 2; bseq <= 50; bseq++) {
            frame("demo", bseq);
        }
        assertThat(keptBytes()).isBetween(LIMIT_BYTES / 2.0, (double) LIMIT_BYTES);
        encoded.release();
        assertThat(keptBytes()).isZero();
    }

    @Test
    void aLoopThatHasNoMoreToDoKeepsNone() {
        Stage stage = new Stage();
        ModelClient alice = stage.bound("alice");
        stage.log.append("x");
        stage.settle();
        assertThat(alice.heard).hasSize(1);
        assertThat(stage.registry
                        .get("hawser.room.broadcasts.frames.bytes")
                        .gauge()
                        .value())
                .isZero();
    }
}
