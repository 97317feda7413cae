package io.hawser.bench.unicast;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at a fixed rate, whatever becomes of what was sent before: latencies count from when a message was due, so a
 * stall is felt by all that were due meanwhile (no coordinated omission).
 */
record OpenLoad(int messagesPerSecond) implements Load {
    /** Calls outstanding at which sending waits after all: the platform is far behind by then, and latencies tell. */
    private static final int MOST_OUTSTANDING = 20_000;

    private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    @Override
    public String name() {
        return "open loop, " + messagesPerSecond + "/s";
    }

    @Override
    public void run(Sender sender, Duration time) throws InterruptedException {
        Semaphore outstanding = new Semaphore(MOST_OUTSTANDING);
        long intervalNanos = TimeUnit.SECONDS.toNanos(sender.usersPerCall()) / messagesPerSecond;
        long begin = System.nanoTime();
        for (long due = begin; due - begin < time.toNanos(); due += intervalNanos) {
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(Math.min(PACE_NANOS, due - System.nanoTime()));
            }
            outstanding.acquire();
            var _ = sender.send(due).whenComplete((nothing, never) -> outstanding.release());
        }
        outstanding.acquire(MOST_OUTSTANDING);
    }
}
