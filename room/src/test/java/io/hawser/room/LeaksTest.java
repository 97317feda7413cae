package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakTracker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What watches all other tests sees what it is there for. */
final class LeaksTest {
    private final Queue<String> found = new ConcurrentLinkedQueue<>();
    private final Leaks.Detector<Object> detector = new Leaks.Detector<>(Object.class, 1, found);

    private void make(boolean released) {
        Object resource = new Object();
        ResourceLeakTracker<Object> tracker = detector.track(resource);
        if (released && tracker != null) {
            assertThat(tracker.close(resource)).isTrue();
        }
    }

    @Test
    void whatIsNotReleasedIsFoundAndWhatIsReleasedIsNot() throws InterruptedException {
        make(true);
        Leaks.collect();
        make(true);
        assertThat(found).isEmpty();
        make(false);
        Leaks.collect();
        make(true);
        assertThat(found).hasSize(1);
    }
}
