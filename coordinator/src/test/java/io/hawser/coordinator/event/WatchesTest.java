package io.hawser.coordinator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class WatchesTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventSettings settings = new EventSettings(1, Duration.ofSeconds(1), Duration.ofMillis(1));

    /** There is no saver. */
    private static final class Nobody implements Membership {
        @Override
        public View view() {
            return new View(1, List.of());
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            listener.accept(view());
            return () -> {};
        }
    }

    @Test
    void aFaultEndsOneLookAndIsCounted() {
        AtomicInteger looks = new AtomicInteger();
        LinkClient savers = new LinkClient("test", "saver", new Nobody(), LinkSettings.defaults(), meters);
        Events events = new Events(savers, () -> true, () -> settings, item -> {}, meters);
        try (savers;
                Watches watches = new Watches(savers, events, () -> ranges(looks), () -> settings, meters)) {
            assertThat(watches).isNotNull();
            await().until(() -> looks.get() > 3);
            assertThat(meters.get("hawser.coordinator.watch.failures").counter().count())
                    .isEqualTo(2);
        }
    }

    private static List<Integer> ranges(AtomicInteger looks) {
        if (looks.getAndIncrement() < 2) {
            throw new AssertionError("a fault of the test's");
        }
        return List.of();
    }
}
