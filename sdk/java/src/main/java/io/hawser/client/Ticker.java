package io.hawser.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Monotonic time and waiting, so that tests run the clock by hand. */
interface Ticker {
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public boolean pause(long nanos, CountDownLatch until) throws InterruptedException {
            return !until.await(nanos, TimeUnit.NANOSECONDS);
        }
    };

    long nanoTime();

    /** Waits so long, or until the latch is open; returns whether it is not. */
    boolean pause(long nanos, CountDownLatch until) throws InterruptedException;
}
