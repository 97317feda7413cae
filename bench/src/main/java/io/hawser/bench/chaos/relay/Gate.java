package io.hawser.bench.chaos.relay;

import io.hawser.bench.measure.BenchException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One direction of a link: open, shut, or slow. What comes to a shut one waits in front of it, and neither side is told. */
final class Gate {
    private static final long NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

    private boolean shut;
    private Duration delay = Duration.ZERO;
    private long bytesPerSecond = Long.MAX_VALUE;

    synchronized void shut() {
        shut = true;
    }

    /** At full speed. */
    synchronized void open() {
        shut = false;
        delay = Duration.ZERO;
        bytesPerSecond = Long.MAX_VALUE;
        notifyAll();
    }

    /** @param delay of whatever is read at once */
    synchronized void slow(Duration delay, long bytesPerSecond) {
        this.delay = delay;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Returns when so many bytes may go on. */
    void pass(int bytes) {
        long nanos = delayNanos(bytes);
        try {
            if (nanos > 0) {
                TimeUnit.NANOSECONDS.sleep(nanos);
            }
            awaitOpen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private synchronized void awaitOpen() throws InterruptedException {
        while (shut) {
            wait();
        }
    }

    private synchronized long delayNanos(int bytes) {
        return delay.toNanos() + bytes * NANOS_A_SECOND / bytesPerSecond;
    }
}
