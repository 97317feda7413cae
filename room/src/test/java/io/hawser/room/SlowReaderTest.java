package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.v1.Message;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** A client that does not read costs the room its write buffer at most, and misses nothing. */
final class SlowReaderTest {
    private static final int MESSAGES = 600;
    private static final int SMALL_SOCKET_BYTES = 4 * 1024;

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
}
