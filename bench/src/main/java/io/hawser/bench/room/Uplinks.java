package io.hawser.bench.room;

import io.hawser.bench.backend.BackEnd;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Series;
import io.hawser.bench.swarm.SentUp;
import io.hawser.bench.swarm.UplinkLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Messages of clients to the app's back end, stored on their way: through room, coordinator and saver, by webhooks. */
final class Uplinks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whose CPU is told, by what the names of their processes begin with. */
    private static final List<String> PARTS = List.of("room", "coordinator", "saver", "generator", "back end");

    /**
     * What a phase came to.
     *
     * @param storedPerSecond while it was sent
     * @param arrivedPerSecond until the last was at the back end
     * @param toStored from due to the answer that it is stored, microseconds
     * @param toBackEnd from due to the back end, microseconds
     * @param cpuMicros an uplink, by part of the platform
     */
    record Phase(
            String name,
            double storedPerSecond,
            double arrivedPerSecond,
            Histogram toStored,
            Histogram toBackEnd,
            long refused,
            String firstRefusal,
            Integrity integrity,
            Map<String, Double> cpuMicros,
            double othersShare,
            Pauses pauses) {
        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("name", name);
            figures.put("storedPerSecond", Series.rounded(storedPerSecond));
            figures.put("arrivedPerSecond", Series.rounded(arrivedPerSecond));
            figures.put("toStoredMicros", Percentiles.figures(toStored));
            figures.put("toBackEndMicros", Percentiles.figures(toBackEnd));
            figures.put("refused", refused);
            figures.put("firstRefusal", firstRefusal);
            figures.putAll(integrity.figures());
            figures.put("cpuMicrosPerUplink", cpuMicros);
            figures.put("othersShareOfCpu", Series.rounded(othersShare));
            figures.put("pauses", pauses.figures());
            return figures;
        }
    }

    private final Contender on;
    private final BackEnd backEnd;
    private final int bodyBytes;
    private final int outstanding;
    private int phase;

    Uplinks(Contender on, BackEnd backEnd, int bodyBytes, int outstanding) {
        this.on = on;
        this.backEnd = backEnd;
        this.bodyBytes = bodyBytes;
        this.outstanding = outstanding;
    }

    /** @param perSecond 0: as fast as they are stored, a fixed number unanswered */
    Phase run(int perSecond, double seconds) {
        backEnd.begin(++phase);
        CpuWatch watch = on.watch(Map.of("back end", backEnd.proc()));
        long begin = System.nanoTime();
        SentUp sent = on.swarm()
                .sendUp(new UplinkLoad(phase, backEnd.route(), bodyBytes, perSecond, outstanding, seconds))
                .join();
        double storing = (System.nanoTime() - begin) / 1e9;
        BackEnd.Arrived arrived = backEnd.await(sent.stored(), PATIENCE);
        CpuWatch.Use use = watch.stop();
        return new Phase(
                perSecond == 0 ? outstanding + " outstanding" : "%,d/s".formatted(perSecond),
                sent.stored() / storing,
                arrived.arrived() * 1e9 / Math.max(1, arrived.lastNanos() - begin),
                sent.toStored(),
                arrived.latencies(),
                sent.refused(),
                sent.firstRefusal(),
                integrity(sent, arrived),
                micros(use, Math.max(1, arrived.arrived())),
                use.othersShare(),
                on.pauses(use));
    }

    /** What nobody answered is missing as what is stored and did not come: the platform owes an answer to each. */
    static Integrity integrity(SentUp sent, BackEnd.Arrived arrived) {
        return new Integrity(
                Math.max(0, sent.sent() - sent.refused() - arrived.arrived()),
                arrived.repeated(),
                arrived.outOfOrder());
    }

    private static Map<String, Double> micros(CpuWatch.Use use, long uplinks) {
        Map<String, Double> each = new LinkedHashMap<>();
        for (String part : PARTS) {
            each.put(part, Series.rounded((double) use.of(part) / uplinks));
        }
        return each;
    }
}
