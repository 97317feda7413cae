package io.hawser.saver.purge;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows whose time is over, now and then, where no other saver does: one table after another, so that all of it
 * takes one connection. What ended at its bound runs again at once, behind those that are due.
 */
public final class Purges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purges.class);

    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name("saver-purge").daemon().factory(),
            // Once it is closed.
            new ThreadPoolExecutor.DiscardPolicy());

    private final BooleanSupplier leads;

    /** @param leads asked before each purge: whether it is this saver that purges for all */
    public Purges(Duration every, BooleanSupplier leads, List<Runnable> purges) {
        this.leads = leads;
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
    private void run(Runnable purge) {
        try {
            if (!leads.getAsBoolean()) {
                return;
            }
            purge.run();
            if (purge instanceof BoundedPurge bounded && bounded.isBehind()) {
                thread.execute(() -> run(purge));
            }
        } catch (RuntimeException e) {
            LOG.error("{} failed, it runs again later", purge.getClass().getSimpleName(), e);
        }
    }
}
