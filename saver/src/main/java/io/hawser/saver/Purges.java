package io.hawser.saver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes rows whose time is over, now and then: one table after another, so that all of it takes one connection. */
final class Purges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purges.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("saver-purge").daemon().factory());

    Purges(Duration every, List<Runnable> purges) {
        long millis = every.toMillis();
        for (Runnable purge : purges) {
            var _ = thread.scheduleWithFixedDelay(() -> run(purge), millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Does not wait: what is under way fails with the end of its connection, and may be done by any saver. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** An exception would end all later runs. */
    private static void run(Runnable purge) {
        try {
            purge.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed, it runs again later", purge.getClass().getSimpleName(), e);
        }
    }
}
