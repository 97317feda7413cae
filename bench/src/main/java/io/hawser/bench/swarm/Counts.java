package io.hawser.bench.swarm;

import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** What a generator's clients were given since the phase began. Belongs to the generator's thread. */
final class Counts {
    /** Deliveries of one kind: those whose stamps have one number. */
    private static final class Kind {
        private final Histogram latencies = Percentiles.histogram();
        private long deliveries;

        private Told.Kind told() {
            return new Told.Kind(deliveries, Percentiles.compressed(latencies));
        }
    }

    /** Clients that come back in one way. */
    private static final class Way {
        private final Histogram toBound = Percentiles.histogram();
        private final Histogram toMessage = Percentiles.histogram();

        private void reset() {
            toBound.reset();
            toMessage.reset();
        }

        private Told.Way told() {
            return new Told.Way(Percentiles.compressed(toBound), Percentiles.compressed(toMessage));
        }
    }

    private final Way resumed = new Way();
    private final Way boundAnew = new Way();
    private final Histogram absences = Percentiles.histogram();
    private final Histogram heartbeats = Percentiles.histogram();
    private List<Kind> kinds = List.of();
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
    private long wireBytes;

    void begin(Order.Begin order) {
        phase = order.phase();
        stamped = order.stamped();
        kinds = Stream.generate(Kind::new).limit(order.kinds()).toList();
        deliveries = 0;
        wireBytes = 0;
        expected = 0;
        repeated = 0;
        outOfOrder = 0;
        lost = 0;
        back = 0;
        lastBackNanos = 0;
        resumed.reset();
        boundAnew.reset();
        absences.reset();
        heartbeats.reset();
    }

    void expect(long total) {
        expected = total;
        firstNanos = 0;
    }

    /** So much came, and all that is heard from here on was read now. */
    void read(int bytes, long nanos) {
        wireBytes += bytes;
        readNanos = nanos;
    }

    /**
     * A message whose body begins at {@code bodyAt}; -1: it has none that could be read.
     *
     * @param sinceNanos what was due before counts from then on: the client was away by its own will
     */
    void delivered(ByteBuffer in, int bodyAt, long sinceNanos) {
        deliveries++;
        if (firstNanos == 0) {
            firstNanos = readNanos;
        }
        if (stamped && bodyAt >= 0) {
            int kind = in.getInt(bodyAt) - phase;
            if (kind >= 0 && kind < kinds.size()) {
                long due = Math.max(sinceNanos, dueNanos(in, bodyAt));
                kinds.get(kind).deliveries++;
                Percentiles.record(kinds.get(kind).latencies, due, readNanos);
            }
        }
    }

    /** Whether the body has to be looked for at all. */
    boolean isStamped() {
        return stamped;
    }

    static boolean holdsStamp(int bodyBytes) {
        return bodyBytes >= Stamp.BYTES;
    }

    /** When a message was due whose stamp is there. */
    static long dueNanos(ByteBuffer in, int stampAt) {
        return in.getLong(stampAt + Integer.BYTES);
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

    /** A heartbeat was answered. */
    void answered(long sentNanos) {
        Percentiles.record(heartbeats, sentNanos, readNanos);
    }

    /** A client that was in is in again. */
    void cameBack(Client client, long sinceNanos, long nowNanos) {
        back++;
        lastBackNanos = nowNanos;
        Percentiles.record(absences, sinceNanos, nowNanos);
        Percentiles.record(way(client).toBound, client.beganNanos(), nowNanos);
        client.awaitMessage();
    }

    void gotFirstThatWaited(Client client) {
        Percentiles.record(way(client).toMessage, client.beganNanos(), readNanos);
    }

    private Way way(Client client) {
        return client.comeback().isResumed() ? resumed : boundAnew;
    }

    /** True once, when all that was expected is there: of the first kind, where there are stamps. */
    boolean reached() {
        if (expected == 0 || ofFirstKind() < expected) {
            return false;
        }
        expected = 0;
        return true;
    }

    private long ofFirstKind() {
        return stamped ? kinds.getFirst().deliveries : deliveries;
    }

    Told.Reached told() {
        return new Told.Reached(ofFirstKind(), firstNanos, readNanos);
    }

    Told.Counted report() {
        return new Told.Counted(
                deliveries,
                wireBytes,
                kinds.stream().map(Kind::told).toList(),
                repeated,
                outOfOrder,
                lost,
                back,
                resumed.told(),
                boundAnew.told(),
                Percentiles.compressed(absences),
                lastBackNanos,
                Percentiles.compressed(heartbeats));
    }
}
