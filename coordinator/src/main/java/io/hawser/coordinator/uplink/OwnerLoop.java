package io.hawser.coordinator.uplink;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns what is being forwarded (R10). Others hand it tasks; once it is closed they are dropped. */
final class OwnerLoop implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLoop.class);

    private final Runnable onFault;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread = Thread.currentThread();

    /** @param onFault counts a task that threw */
    OwnerLoop(String name, Runnable onFault) {
        this.onFault = onFault;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = Thread.ofPlatform().name(name).daemon().unstarted(task);
            thread = started;
            return started;
        });
    }

    boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void execute(Runnable task) {
        after(0, task);
    }

    void after(long delayMs, Runnable task) {
        try {
            var _ = executor.schedule(() -> guarded(task), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.trace("A task came after the end", closed);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) {
            onFault.run();
            LOG.error("A task of the forwarder failed", fault);
        }
    }
}
