package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopsNeverBlockTest {
    private static final int CLIENTS = 20;
    private static final int ROUNDS = 30;

    @Test
    void whileClientsComeAndGoAndMessagesFlow() throws Exception {
        try (TestPlatform platform = new TestPlatform();
                LoopWatch watch = new LoopWatch()) {
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(platform.connect().bound("user" + i, 0));
            }
            for (int round = 1; round <= ROUNDS; round++) {
                for (int i = 0; i < CLIENTS; i++) {
                    long seq = platform.saver.append("user" + i, "hi");
                    platform.push("user" + i, seq - 1, seq, "hi");
                    assertThat(clients.get(i).message().getSeq()).isEqualTo(seq);
                    clients.get(i).acknowledge(seq);
                }
            }
            clients.forEach(TestClient::close);
            assertThat(watch.blocked()).isEmpty();
        }
    }
}
