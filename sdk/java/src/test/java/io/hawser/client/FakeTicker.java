package io.hawser.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only where somebody waits: a pause is over at once, and written down. */
final class FakeTicker implements Ticker {
    private final AtomicLong nowNanos = new AtomicLong(1);
    private final List<Long> pauses = new CopyOnWriteArrayList<>();

    @Override
    public long nanoTime() {
        return nowNanos.get();
    }

    @Override
    public boolean pause(long nanos, CountDownLatch until) {
        pauses.add(nanos);
        advance(nanos);
        return until.getCount() > 0;
    }

    void advance(long nanos) {
        nowNanos.addAndGet(nanos);
    }

    /** Returns the pauses so far, in milliseconds. */
    List<Long> pausesMs() {
        return pauses.stream().map(nanos -> nanos / 1_000_000).toList();
    }
}
