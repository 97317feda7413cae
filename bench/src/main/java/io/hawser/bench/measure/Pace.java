package io.hawser.bench.measure;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Does something at a fixed rate, whatever became of what it did before, until it is closed; once at least. */
public final class Pace implements AutoCloseable {
    private final Thread thread;
    private volatile boolean over;

    private Pace(double perSecond, LongConsumer task) {
        thread = Thread.ofVirtual().unstarted(() -> run(perSecond, task));
    }

    /** @param task is told when it was due: a reading of {@link System#nanoTime} */
    public static Pace start(double perSecond, LongConsumer task) {
        Pace pace = new Pace(perSecond, task);
        pace.thread.start();
        return pace;
    }

    /** Waits until then; returns at once where that is past. */
    public static void until(long dueNanos) {
        while (dueNanos - System.nanoTime() > 0) {
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    private void run(double perSecond, LongConsumer task) {
        long begin = System.nanoTime();
        long done = 0;
        do {
            long due = begin + (long) (done++ * 1e9 / perSecond);
            until(due);
            task.accept(due);
        } while (!over);
    }

    /** Returns once nothing more is begun. */
    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
