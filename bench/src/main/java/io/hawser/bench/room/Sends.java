package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Durable messages of one kind, by the API: those that were accepted are owed. May be used by any thread. */
final class Sends {
    /** Calls under way at which sending waits after all: the platform is far behind by then, and latencies tell. */
    private static final int MOST_UNDER_WAY = 4096;

    private final Api api;
    private final int phase;
    private final int bodyBytes;
    private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Recorder answers = Percentiles.recorder();

    /** @param phase number of the stamps in the bodies */
    Sends(Api api, int phase, int bodyBytes) {
        this.api = api;
        this.phase = phase;
        this.bodyBytes = bodyBytes;
    }

    void send(List<String> users, long dueNanos) {
        room.acquireUninterruptibly();
        var _ = api.send(users, new Stamp(phase, dueNanos).body(bodyBytes)).whenComplete((count, failure) -> {
            answers.recordValue(Percentiles.micros(dueNanos, System.nanoTime()));
            int taken = failure == null ? count : 0;
            accepted.add(taken);
            refused.add(users.size() - taken);
            room.release();
        });
    }

    /** How many were accepted, once all calls are answered. */
    long accepted() {
        try {
            room.acquire(MOST_UNDER_WAY);
            room.release(MOST_UNDER_WAY);
            return accepted.sum();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    long refused() {
        return refused.sum();
    }

    /** Until the callers had their answers, from when the calls were due, since the last reading; microseconds. */
    Histogram answers() {
        return answers.getIntervalHistogram();
    }
}
