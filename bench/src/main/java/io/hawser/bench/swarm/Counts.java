package io.hawser.bench.swarm;

import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** What a generator's clients were given since the phase began. Belongs to the generator's thread. */
final class Counts {
    private final Histogram latencies = Percentiles.histogram();
    private final Histogram absences = Percentiles.histogram();
    private int phase;
    private boolean stamped;
    private long deliveries;
    private long expected;
    private long firstNanos;
    private long repeated;
    private long outOfOrder;
    private int lost;
    private int back;
    private long lastBackNanos;
    private long readNanos;

    void begin(Order.Begin order) {
        phase = order.phase();
        stamped = order.stamped();
        deliveries = 0;
        expected = 0;
        repeated = 0;
        outOfOrder = 0;
        lost = 0;
        back = 0;
        lastBackNanos = 0;
        latencies.reset();
        absences.reset();
    }

    void expect(long total) {
        expected = total;
        firstNanos = 0;
    }

    /** All that is heard from here on was read now. */
    void readAt(long nanos) {
        readNanos = nanos;
    }

    /** A message whose body begins at {@code bodyAt}; -1: it has none that could be read. */
    void delivered(ByteBuffer in, int bodyAt) {
        deliveries++;
        if (firstNanos == 0) {
            firstNanos = readNanos;
        }
        if (stamped && bodyAt >= 0 && in.getInt(bodyAt) == phase) {
            Percentiles.record(latencies, in.getLong(bodyAt + Integer.BYTES), readNanos);
        }
    }

    /** Whether the body has to be looked for at all. */
    boolean isStamped() {
        return stamped;
    }

    static boolean holdsStamp(int bodyBytes) {
        return bodyBytes >= Stamp.BYTES;
    }

    void repeated() {
        repeated++;
    }

    /** One that another one was to come before. */
    void outOfOrder() {
        outOfOrder++;
    }

    void lost() {
        lost++;
    }

    void cameBack(long sinceNanos, long nowNanos) {
        back++;
        lastBackNanos = nowNanos;
        Percentiles.record(absences, sinceNanos, nowNanos);
    }

    /** True once, when all that was expected is there. */
    boolean reached() {
        if (expected == 0 || deliveries < expected) {
            return false;
        }
        expected = 0;
        return true;
    }

    Told.Reached told() {
        return new Told.Reached(deliveries, firstNanos, readNanos);
    }

    Told.Counted report() {
        return new Told.Counted(
                deliveries,
                Percentiles.compressed(latencies),
                repeated,
                outOfOrder,
                lost,
                back,
                Percentiles.compressed(absences),
                lastBackNanos);
    }
}
