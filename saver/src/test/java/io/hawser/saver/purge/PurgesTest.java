package io.hawser.saver.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** When purges run. */
final class PurgesTest {
    /** One after another by the clock alone would take longer than anybody waits. */
    private static final int RUNS = 10_000;

    @Test
    void whatEndedAtItsBoundRunsAgainAtOnce() {
        AtomicInteger runs = new AtomicInteger();
        BoundedPurge behind = purge(runs::incrementAndGet, () -> runs.get() < RUNS);
        try (Purges _ = new Purges(Duration.ofMillis(10), () -> true, List.of(behind))) {
            await().until(() -> runs.get() >= RUNS);
        }
    }

    @Test
    void whatIsAlwaysBehindHoldsUpNoOther() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(3);
        BoundedPurge behind = purge(() -> {}, () -> true);
        try (Purges _ = new Purges(Duration.ofMillis(1), () -> true, List.of(behind, other::countDown))) {
            other.await();
        }
    }

    @Test
    void whatIsAlwaysBehindIsQueuedOnce() throws InterruptedException {
        int turns = 30;
        CountDownLatch other = new CountDownLatch(turns);
        AtomicInteger runs = new AtomicInteger();
        // Longer than it is until the next turn of each.
        BoundedPurge behind = purge(
                () -> {
                    runs.incrementAndGet();
                    spin(Duration.ofMillis(3));
                },
                () -> true);
        try (Purges _ = new Purges(Duration.ofMillis(1), () -> true, List.of(behind, other::countDown))) {
            other.await();
            assertThat(runs.get()).as("runs in so many turns of another").isLessThanOrEqualTo(2 * turns);
        }
    }

    private static void spin(Duration time) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < time.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoDoesNotLeadPurgesNothing() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(3);
        AtomicInteger runs = new AtomicInteger();
        BooleanSupplier another = () -> {
            asked.countDown();
            return false;
        };
        try (Purges _ = new Purges(Duration.ofMillis(1), another, List.of(runs::incrementAndGet))) {
            asked.await();
        }
        assertThat(runs).hasValue(0);
    }

    private static BoundedPurge purge(Runnable work, BooleanSupplier behind) {
        return new BoundedPurge() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public boolean isBehind() {
                return behind.getAsBoolean();
            }
        };
    }
}
