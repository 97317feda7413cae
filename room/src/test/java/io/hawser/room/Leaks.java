package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer was collected that nobody released: Netty writes that to the log, where no build
 * sees it. Registered for all classes, before any of Netty's is used. A leak that is collected late is held against a later
 * class; the trace says where it came from.
 */
public final class Leaks implements AfterAllCallback {
    private static final int COLLECTIONS = 20;
    private static final long MILLIS_A_COLLECTION = 1_000;
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Watching());
    }

    private static final class Watching extends ResourceLeakDetectorFactory {
        // Abstract in Netty, which calls it itself: there is no other.
        @Override
        @SuppressWarnings("deprecation")
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return new Detector<>(resource, samplingInterval, FOUND);
        }
    }

    /** Tells a queue instead of the log. */
    static final class Detector<T> extends ResourceLeakDetector<T> {
        private final Queue<String> found;

        Detector(Class<?> resource, int samplingInterval, Queue<String> found) {
            super(resource, samplingInterval);
            this.found = found;
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resource, String records) {
            found.add(resource + records);
        }

        @Override
        protected void reportUntracedLeak(String resource) {
            found.add(resource);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        collect();
        // A detector looks at what was collected when something else is made.
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        List<String> leaks = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            leaks.add(leak);
        }
        assertThat(leaks).as("buffers that were not released").isEmpty();
    }

    /**
     * Until something was collected that was made just now: so was all that was left before. Twice, for of what is collected
     * at once it is told in any order.
     */
    static void collect() throws InterruptedException {
        collectOnce();
        collectOnce();
    }

    private static void collectOnce() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        Reference<Object> last = new PhantomReference<>(new Object(), collected);
        Reference<?> come = null;
        for (int i = 0; i < COLLECTIONS && come == null; i++) {
            System.gc();
            come = collected.remove(MILLIS_A_COLLECTION);
        }
        assertThat(come).as("collected").isSameAs(last);
    }
}
