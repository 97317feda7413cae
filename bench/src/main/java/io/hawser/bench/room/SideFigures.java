package io.hawser.bench.room;

import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Series;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What one side did, over all rounds. */
final class SideFigures {
    private final Map<Integer, BurstFigures> bursts = new TreeMap<>();
    private final Histogram latencies = Percentiles.histogram();
    private final Series openLoopMicros = new Series();
    private final Pauses openLoopPauses = new Pauses();
    private long missing;

    void add(Burst burst) {
        burst(burst.waiting()).add(burst);
    }

    void add(OpenLoop loop) {
        latencies.add(loop.latencies());
        openLoopMicros.add(loop.serverMicrosADelivery());
        openLoopPauses.add(loop.pauses());
        missing += loop.missing();
    }

    BurstFigures burst(int waiting) {
        return bursts.computeIfAbsent(waiting, number -> new BurstFigures());
    }

    Histogram latencies() {
        return latencies;
    }

    String[] latencyRow(String name) {
        return new String[] {
            name,
            Percentiles.millis(latencies, 50),
            Percentiles.millis(latencies, 90),
            Percentiles.millis(latencies, 99),
            Percentiles.millis(latencies, 99.9),
            openLoopMicros.precise(),
            openLoopPauses.text(),
            Long.toString(missing)
        };
    }

    Map<String, Object> figures(String name) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", name);
        figures.put(
                "bursts",
                bursts.entrySet().stream()
                        .map(one -> one.getValue().figures(one.getKey()))
                        .toList());
        if (latencies.getTotalCount() > 0) {
            figures.put("latencyMicros", Percentiles.figures(latencies));
            figures.put("openLoopServerMicrosPerDelivery", openLoopMicros.figures());
            figures.put("openLoopPauses", openLoopPauses.figures());
            figures.put("missing", missing);
        }
        return figures;
    }
}
