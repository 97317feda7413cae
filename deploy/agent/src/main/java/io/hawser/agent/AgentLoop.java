package io.hawser.agent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns an agent's state. */
final class AgentLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    private final ScheduledThreadPoolExecutor executor;
    private final Map<Long, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private final AtomicLong asked = new AtomicLong();
    private volatile Thread thread = Thread.currentThread();

    AgentLoop() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread loop = Thread.ofPlatform().name("agent").daemon().unstarted(task);
            thread = loop;
            return loop;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    boolean isHere() {
        return Thread.currentThread().equals(thread);
    }

    /** Runs it there; does nothing once the loop is closed. */
    void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException closed) {
            LOG.debug("The agent is closed", closed);
        }
    }

    Future<?> schedule(Runnable task, Duration delay) {
        return executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void repeat(Runnable task, Duration every) {
        var _ = executor.scheduleWithFixedDelay(guarded(task), 0, every.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Computes a value there. The future fails when it cannot be computed, or the loop is closed. */
    <T> CompletableFuture<T> submit(Callable<T> task) {
        CompletableFuture<T> result = pending(new CompletableFuture<>());
        try {
            executor.execute(() -> compute(task, result));
        } catch (RejectedExecutionException closed) {
            result.completeExceptionally(closed(closed));
        }
        return result;
    }

    /** As {@link #submit}, of what takes its time beside the loop. */
    <T> CompletableFuture<T> submitStage(Callable<CompletionStage<T>> task) {
        return pending(submit(task).thenCompose(stage -> stage));
    }

    @Override
    public void close() {
        executor.shutdownNow();
        pending.values().forEach(result -> result.completeExceptionally(closed(null)));
    }

    /** It fails at the latest when the loop is closed. */
    private <T> CompletableFuture<T> pending(CompletableFuture<T> result) {
        long number = asked.incrementAndGet();
        pending.put(number, result);
        var _ = result.whenComplete((value, failure) -> pending.remove(number));
        return result;
    }

    private static AgentException closed(@Nullable Throwable cause) {
        return new AgentException(AgentExit.NOT_RUNNING, "the agent is closed", cause);
    }

    private static <T> void compute(Callable<T> task, CompletableFuture<T> result) {
        try {
            result.complete(task.call());
        } catch (Exception e) {
            result.completeExceptionally(e);
        }
    }

    /** A fault in one task must not end the loop, and with it everybody's supervision. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("The agent goes on after a fault of its own", e);
            }
        };
    }
}
