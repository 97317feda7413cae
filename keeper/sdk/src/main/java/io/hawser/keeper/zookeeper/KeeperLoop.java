package io.hawser.keeper.zookeeper;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper's one thread. It owns every view, the registration and the live configuration of a host, and calls their
 * listeners one after another; so none of them needs a lock. Calls to ZooKeeper block it, for as long as the client's
 * bounded retries take, which delays news and nothing else.
 */
public final class KeeperLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperLoop.class);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

    private final ScheduledThreadPoolExecutor executor;
    private final Counter failures;
    private volatile @Nullable Thread thread;

    public KeeperLoop(String name, MeterRegistry meters) {
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = Thread.ofPlatform().daemon().name("keeper-" + name).unstarted(work);
            thread = made;
            return made;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        failures = Counter.builder("hawser.keeper.failures")
                .description("Tasks and listeners of the keeper's thread that threw")
                .register(meters);
    }

    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    /** Runs a task later in the loop; dropped after close. What it throws is logged and counted. */
    public void execute(Runnable task) {
        try {
            executor.execute(() -> contain("task", task));
        } catch (RejectedExecutionException e) {
            LOG.debug("The keeper has stopped: a task is dropped");
        }
    }

    /** Runs a task in the loop after a delay; dropped after close. */
    public void after(Duration delay, Runnable task) {
        try {
            var _ = executor.schedule(() -> contain("task", task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The keeper has stopped: a task is dropped");
        }
    }

    /**
     * Runs a task in the loop and waits for it; at once where the caller is the loop.
     *
     * @throws HawserException with UNAVAILABLE when the loop has stopped or is stuck, or what the task threw
     */
    public <T extends @Nullable Object> T call(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        try {
            if (inLoop()) {
                future.run();
            } else {
                executor.execute(future);
            }
            return future.get(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw asRuntime(e.getCause());
        } catch (RejectedExecutionException | TimeoutException e) {
            throw new HawserException(ErrorCode.UNAVAILABLE, "keeper: stopped or stuck", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HawserException(ErrorCode.CANCELLED, "keeper: interrupted", e);
        }
    }

    /** Runs what belongs to others; what it throws is logged and counted, and goes no further. */
    public void contain(String what, Runnable foreign) {
        try {
            foreign.run();
        } catch (RuntimeException | Error e) {
            failures.increment();
            LOG.error("The keeper's {} failed", what, e);
        }
    }

    /** Stops after the task in hand. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static RuntimeException asRuntime(@Nullable Throwable cause) {
        return cause instanceof RuntimeException runtime
                ? runtime
                : new HawserException(ErrorCode.UNAVAILABLE, "zookeeper: " + cause, cause);
    }
}
