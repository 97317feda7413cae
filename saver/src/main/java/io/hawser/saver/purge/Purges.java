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
 * takes one connection. What ended at its bound runs again at once, behind those that are due; its own turns that come
 * meanwhile are that run.
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
            Turns turns = new Turns(purge);
            var _ = thread.scheduleWithFixedDelay(turns, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Does not wait: what is under way fails with the end of its connection, and may be done by any saver. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Of one purge. All is done by the thread. */
    private final class Turns implements Runnable {
        private final Runnable purge;
        /** It runs again behind those that are due. */
        private boolean queued;

        Turns(Runnable purge) {
            this.purge = purge;
        }

        @Override
        public void run() {
            if (!queued) {
                turn();
            }
        }

        private void turn() {
            queued = false;
            if (runIfLeading() && purge instanceof BoundedPurge bounded && bounded.isBehind()) {
                queued = true;
                thread.execute(this::turn);
            }
        }

        /** An exception would end all later runs. */
        private boolean runIfLeading() {
            try {
                if (!leads.getAsBoolean()) {
                    return false;
                }
                purge.run();
                return true;
            } catch (RuntimeException e) {
                LOG.error("{} failed, it runs again later", purge.getClass().getSimpleName(), e);
                return false;
            }
        }
    }
}
