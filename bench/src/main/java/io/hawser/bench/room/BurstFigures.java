package io.hawser.bench.room;

import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Series;
import java.util.LinkedHashMap;
import java.util.Map;

/** A side's bursts of one kind, over all rounds. */
final class BurstFigures {
    final Series perSecond = new Series();
    final Series serverMicros = new Series();
    final Series allMicros = new Series();
    final Series wireBytes = new Series();
    final Pauses pauses = new Pauses();
    private final Series othersShare = new Series();

    void add(Burst burst) {
        perSecond.add(burst.perSecond().median());
        serverMicros.add(burst.serverMicrosADelivery());
        allMicros.add(burst.allMicrosADelivery());
        wireBytes.add(burst.wireBytesADelivery());
        pauses.add(burst.pauses());
        othersShare.add(burst.cpu().othersShare());
    }

    /** How much of the machine went to what was not measured. */
    String othersText() {
        return "%.0f %%".formatted(100 * othersShare.median());
    }

    Map<String, Object> figures(int waiting) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("waiting", waiting);
        figures.put("deliveriesPerSecond", perSecond.figures());
        figures.put("serverMicrosPerDelivery", serverMicros.figures());
        figures.put("allMicrosPerDelivery", allMicros.figures());
        figures.put("wireBytesPerDelivery", wireBytes.figures());
        figures.put("pauses", pauses.figures());
        figures.put("othersShareOfCpu", othersShare.figures());
        return figures;
    }
}
