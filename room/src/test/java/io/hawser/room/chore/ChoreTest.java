package io.hawser.room.chore;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ChoreTest {
    @Test
    void aTimeThatFailsIsNotTheLast() {
        AtomicInteger times = new AtomicInteger();
        try (ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor()) {
            var chore = new Chore("failing", () -> {
                if (times.incrementAndGet() < 3) {
                    throw new IllegalStateException("broken");
                }
            });
            var doing = chore.every(1, owner);
            await().until(() -> times.get() >= 3);
            doing.cancel(false);
        }
    }
}
