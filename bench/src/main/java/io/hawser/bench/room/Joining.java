package io.hawser.bench.room;

import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Series;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Swarm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** How clients come, in one way, over several rounds. */
final class Joining {
    private final String name;
    private final Contender on;
    private final List<Member> members;
    private final boolean bind;
    private final Series perSecond = new Series();
    private final Series serverMicros = new Series();
    private final Series helperMicros = new Series();
    private final Series othersShare = new Series();
    private final Histogram latencies = Percentiles.histogram();
    private long refusals;

    Joining(String name, Contender on, List<Member> members, boolean bind) {
        this.name = name;
        this.on = on;
        this.members = members;
        this.bind = bind;
    }

    String name() {
        return name;
    }

    Series perSecond() {
        return perSecond;
    }

    Histogram latencies() {
        return latencies;
    }

    /** All come, and go; a round that is for warming does not count. */
    void round(boolean counts) {
        CpuWatch watch = on.watch();
        Swarm.Arrival arrival = on.come(members, bind);
        CpuWatch.Use use = watch.stop();
        on.swarm().leave();
        if (counts) {
            perSecond.add(arrival.perSecond());
            serverMicros.add((double) on.serverMicros(use) / members.size());
            helperMicros.add((double) on.helperMicros(use) / members.size());
            othersShare.add(use.othersShare());
            latencies.add(arrival.latencies());
            refusals += arrival.refusals();
        }
    }

    String[] row() {
        return new String[] {
            name,
            perSecond.text(),
            serverMicros.text(),
            helperMicros.text(),
            Percentiles.millis(latencies, 50),
            Percentiles.millis(latencies, 99),
            Long.toString(refusals),
            "%.0f %%".formatted(100 * othersShare.median())
        };
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", name);
        figures.put("perSecond", perSecond.figures());
        figures.put("serverMicrosEach", serverMicros.figures());
        figures.put("restOfPlatformMicrosEach", helperMicros.figures());
        figures.put("latencyMicros", Percentiles.figures(latencies));
        figures.put("toldToComeLater", refusals);
        figures.put("othersShareOfCpu", othersShare.figures());
        return figures;
    }
}
