package io.hawser.bench.chaos.load;

import io.hawser.bench.measure.BenchException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Something that somebody does again and again, at moments drawn by lot, until it is over. */
final class Habit implements AutoCloseable {
    private static final double NANOS_A_SECOND = 1e9;

    private final SplittableRandom chance;
    private final double meanNanos;
    private final Deed deed;
    private final Thread thread;
    private volatile boolean over;

    /** What is done each time. */
    interface Deed {
        /** @param number 0, 1, 2 … */
        void once(SplittableRandom chance, int number);
    }

    private Habit(long seed, String name, double perSecond, Deed deed) {
        this.chance = new SplittableRandom(seed * 31 + name.hashCode());
        this.meanNanos = NANOS_A_SECOND / perSecond;
        this.deed = deed;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** @param name another one draws otherwise, from the same seed */
    static Habit start(long seed, String name, double perSecond, Deed deed) {
        Habit habit = new Habit(seed, name, perSecond, deed);
        habit.thread.start();
        return habit;
    }

    /** No more is begun. */
    void over() {
        over = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        for (int number = 0; rested(); number++) {
            deed.once(chance, number);
        }
    }

    /** Half to one and a half of the mean; whether there is a next time. */
    private boolean rested() {
        long untilNanos = System.nanoTime() + (long) (meanNanos * (0.5 + chance.nextDouble()));
        while (!over && untilNanos - System.nanoTime() > 0) {
            LockSupport.parkNanos(untilNanos - System.nanoTime());
        }
        return !over;
    }

    /** Returns when the last time is done. */
    @Override
    public void close() {
        over();
        try {
            thread.join(TimeUnit.MINUTES.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        if (thread.isAlive()) {
            throw new BenchException("" + thread.getName() + " does not end (expected: within two minutes)");
        }
    }
}
