package io.hawser.room.overload;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How late event loops come to what waits for them, in milliseconds: the worst of all, as of the last time that each was
 * asked. One that does not come at all is as late as that question is old. For one thread.
 */
final class LoopLag implements DoubleSupplier {
    private final List<Probe> probes;

    LoopLag(Collection<Executor> loops, LongSupplier nanoTime) {
        this.probes = loops.stream().map(loop -> new Probe(loop, nanoTime)).toList();
    }

    @Override
    public double getAsDouble() {
        long worstNanos = 0;
        for (Probe probe : probes) {
            worstNanos = Math.max(worstNanos, probe.ask());
        }
        return worstNanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static final class Probe implements Runnable {
        private final Executor loop;
        private final LongSupplier nanoTime;
        private long askedNanos;
        private volatile long answeredAfterNanos;
        private volatile boolean answered = true;

        Probe(Executor loop, LongSupplier nanoTime) {
            this.loop = loop;
            this.nanoTime = nanoTime;
        }

        /** Returns the last answer's age when it came, and asks again. */
        long ask() {
            if (!answered) {
                return nanoTime.getAsLong() - askedNanos;
            }
            long last = answeredAfterNanos;
            askedNanos = nanoTime.getAsLong();
            answered = false;
            loop.execute(this);
            return last;
        }

        @Override
        public void run() {
            answeredAfterNanos = nanoTime.getAsLong() - askedNanos;
            answered = true;
        }
    }
}
