package io.hawser.bench.unicast;

import io.hawser.bench.measure.Percentiles;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What became of the messages of one phase. Counted from any thread; latencies are of microseconds. */
final class Tally {

    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder outOfChain = new LongAdder();

    private final Recorder toAccepted = Percentiles.recorder();
    private final Recorder toDelivered = Percentiles.recorder();

    void accepted(int count, long dueNanos) {
        accepted.add(count);
        toAccepted.recordValue(microsSince(dueNanos));
    }

    void delivered(long dueNanos) {
        delivered.increment();
        toDelivered.recordValue(microsSince(dueNanos));
    }

    Histogram sendToAccepted() {
        return toAccepted.getIntervalHistogram();
    }

    Histogram sendToDelivered() {
        return toDelivered.getIntervalHistogram();
    }

    /** Messages that were accepted and not delivered yet. */
    long missing() {
        return accepted.sum() - delivered.sum();
    }

    private static long microsSince(long nanos) {
        return Percentiles.micros(nanos, System.nanoTime());
    }
}
