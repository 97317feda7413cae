package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Message;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** A client that does not read costs the room its write buffer at most, and misses nothing that it reads later. */
final class SlowReaderTest {
    private static final int MESSAGES = 600;
    private static final int SMALL_SOCKET_BYTES = 4 * 1024;
    /** Each is answered by some fifty bytes: whether the client is known does not matter. */
    private static final int REFUSED_FRAMES = 10_000;

    /** So often, more is sent and answered than the sockets of both sides hold. */
    private static final int MANY_TIMES = 10;

    private static final int ENDLESSLY = 1_000;

    /** What is asked here, and how fast, is far beyond what a client may send. */
    private static final String NO_RATES =
            "access: {frames: {framesPerSecond: 1000000, bytesPerSecond: 1GiB, burst: 10m}}";

    @Test
    void healsByLoading() {
        try (TestPlatform platform = new TestPlatform();
                TestClient client = TestClient.connect(platform.addresses().getFirst(), SMALL_SOCKET_BYTES)) {
            client.bound("alice", 0);
            for (int i = 1; i <= MESSAGES; i++) {
                String text = i + "x".repeat(8_000 + ThreadLocalRandom.current().nextInt(1_000));
                long seq = platform.saver.append("alice", text);
                platform.push("alice", seq - 1, seq, text);
            }
            for (int i = 1; i <= MESSAGES; i++) {
                Message message = client.message();
                assertThat(message.getSeq()).isEqualTo(i);
                client.acknowledge(i);
            }
            await().until(() -> platform.saver.acknowledged("alice") == MESSAGES);
            assertThat(platform.context.count("hawser.room.pushes", "outcome", "behind"))
                    .isPositive();
        }
    }

    @Test
    void whoAsksForEverAndNeverReadsIsNotHeard() {
        try (TestPlatform platform = new TestPlatform(
                        TestPlatform.config(NO_RATES, "connections: {heartbeat: {preferred: 1s, min: 1s, max: 1s}}"));
                TestClient client = TestClient.connect(platform.addresses().getFirst(), SMALL_SOCKET_BYTES)) {
            client.bound("alice", 0);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < ENDLESSLY; i++) {
                            client.sendRaw(refusedFrames());
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);
            await().until(() ->
                    platform.context.count("hawser.room.connections.closed", "reason", "heartbeat_timeout") == 1);
        }
    }

    @Test
    void whoReadsLateGetsEachAnswer() throws Exception {
        try (TestPlatform platform = new TestPlatform(TestPlatform.config(NO_RATES));
                TestClient client = TestClient.connect(platform.addresses().getFirst(), SMALL_SOCKET_BYTES)) {
            client.greet();
            Thread asking = Thread.startVirtualThread(() -> {
                for (int i = 0; i < MANY_TIMES; i++) {
                    client.sendRaw(refusedFrames());
                }
            });
            await().atMost(Duration.ofMinutes(1)).until(() -> platform.context.count("hawser.room.clients.slow") > 0);
            for (int i = 0; i < MANY_TIMES * REFUSED_FRAMES; i++) {
                assertThat(client.error().getCode()).isEqualTo(ErrorCode.BINDING_UNKNOWN.number());
            }
            asking.join();
        }
    }

    private static byte[] refusedFrames() {
        byte[] frame = Frames.encode(
                FrameType.ACK, Ack.newBuilder().setBinding(9).setSeq(1).build());
        ByteBuffer frames = ByteBuffer.allocate(REFUSED_FRAMES * frame.length);
        while (frames.hasRemaining()) {
            frames.put(frame);
        }
        return frames.array();
    }
}
