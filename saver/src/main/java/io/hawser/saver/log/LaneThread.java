package io.hawser.saver.log;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's thread: runs what it is handed, in order, and then what has to be done after each run of tasks (writing to
 * Redis what they queued, starting a commit).
 *
 * <p>Its queue has no bound of its own: requests are admitted against {@link LaneSettings#maxQueued} before, and all
 * else in it is the answer to something that was.
 */
final class LaneThread implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneThread.class);
    /** After so many tasks in a row Redis and MySQL get to work. */
    private static final int RUN = 256;

    private final LinkedTransferQueue<Runnable> tasks = new LinkedTransferQueue<>();
    private final Thread thread;
    private volatile Runnable afterRun = () -> {};
    private volatile boolean closed;
    private volatile boolean ended;

    LaneThread(String name) {
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::loop);
    }

    void start(Runnable afterEachRun) {
        this.afterRun = afterEachRun;
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (ended) {
            runLeftovers();
        }
    }

    /** Ends after the tasks that are queued by now. Not to be called on the lane. */
    @Override
    public void close() {
        tasks.add(() -> closed = true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (!closed) {
            try {
                run(tasks.take());
                for (int i = 1; i < RUN; i++) {
                    Runnable next = tasks.poll();
                    if (next == null) {
                        break;
                    }
                    run(next);
                }
                run(afterRun);
            } catch (InterruptedException e) {
                // Nobody interrupts a lane but a JVM that ends.
                closed = true;
            }
        }
        ended = true;
        runLeftovers();
    }

    /** What comes too late is run by whoever brings it, one after another: its future must complete too. */
    private synchronized void runLeftovers() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // An Error too: a lane that ends takes all that waits for it along.
            LOG.error("A task of a lane failed", e);
        }
    }
}
