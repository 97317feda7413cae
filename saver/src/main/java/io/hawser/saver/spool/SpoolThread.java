package io.hawser.saver.spool;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the spool's files and its way out. What comes after its end is not run. */
final class SpoolThread implements Executor, SpoolReplay.Timer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolThread.class);
    private static final long CLOSE_SECONDS = 5;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("saver-spool").daemon().factory());

    @Override
    public void execute(Runnable task) {
        after(task, 0);
    }

    @Override
    public void after(Runnable task, long millis) {
        try {
            var _ = thread.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.trace("the spool is closed", closed);
        }
    }

    boolean isOver() {
        return thread.isShutdown();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The spool's disk does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
