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
    private final Mishaps mishaps;
    private final Thread thread;
    private volatile boolean over;

    /** What is done each time. */
    interface Deed {
        /** @param number 0, 1, 2 … */
        void once(SplittableRandom chance, int number);
    }

    private Habit(long seed, String name, double perSecond, Mishaps mishaps, Deed deed) {
        this.chance = new SplittableRandom(seed * 31 + name.hashCode());
        this.meanNanos = NANOS_A_SECOND / perSecond;
        this.mishaps = mishaps;
        this.deed = deed;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /**
     * @param name another one draws otherwise, from the same seed
     * @param mishaps is told where the deed fails, which ends the habit
     */
    static Habit start(long seed, String name, double perSecond, Mishaps mishaps, Deed deed) {
        Habit habit = new Habit(seed, name, perSecond, mishaps, deed);
        habit.thread.start();
        return habit;
    }

    /** No more is begun. */
    void over() {
        over = true;
        LockSupport.unpark(thread);
    }

    // A thread that ended by whatever it threw would be one that sends nothing, which looks like peace.
    @SuppressWarnings("CatchingUnchecked")
    private void run() {
        try {
            for (int number = 0; rested(); number++) {
                deed.once(chance, number);
            }
        } catch (RuntimeException | Error e) {
            mishaps.happened(thread.getName(), e);
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
            throw new BenchException(thread.getName() + " does not end (expected: within two minutes)");
        }
    }
}
