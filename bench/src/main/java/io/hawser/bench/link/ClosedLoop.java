package io.hawser.bench.link;

import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Proc;
import io.hawser.rpc.v1.AppendRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps so many calls outstanding, each followed by the next as soon as it is answered, and counts.
 *
 * <p>The next call is made where the answer arrives, on the event loop: as a service does that passes one call's answer
 * on as another call.
 */
final class ClosedLoop {

    private final Side side;
    private final AppendRequest request;
    private final int peers;
    private final CountDownLatch chains;
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Recorder latencies = Percentiles.recorder();
    private volatile boolean over;

    private ClosedLoop(Side side, AppendRequest request, int peers, int outstanding) {
        this.side = side;
        this.request = request;
        this.peers = peers;
        this.chains = new CountDownLatch(outstanding);
    }

    /** Calls the first {@code peers} in turn for about this long, and waits for the last answers. */
    static Measured run(Side side, AppendRequest request, int peers, int outstanding, Duration time, Proc called)
            throws InterruptedException {
        return new ClosedLoop(side, request, peers, outstanding).run(outstanding, time, called);
    }

    private Measured run(int outstanding, Duration time, Proc called) throws InterruptedException {
        long begin = System.nanoTime();
        long callerCpu = Proc.self().cpuMicros();
        long calledCpu = called.cpuMicros();
        for (int i = 0; i < outstanding; i++) {
            next(i % peers);
        }
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        over = true;
        if (!chains.await(1, TimeUnit.MINUTES)) {
            throw new InterruptedException("calls of the side '" + side.name() + "' were not answered");
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Measured(
                answered.sum(),
                failed.sum(),
                seconds,
                Proc.self().cpuMicros() - callerCpu,
                called.cpuMicros() - calledCpu,
                latencies.getIntervalHistogram());
    }

    private void next(int peer) {
        if (over) {
            chains.countDown();
            return;
        }
        long begin = System.nanoTime();
        side.call(peer, request, failure -> answered(peer, begin, failure));
    }

    private void answered(int peer, long begin, @Nullable Throwable failure) {
        if (failure == null) {
            answered.increment();
            latencies.recordValue(Percentiles.micros(begin, System.nanoTime()));
        } else {
            failed.increment();
        }
        next(peer);
    }
}
