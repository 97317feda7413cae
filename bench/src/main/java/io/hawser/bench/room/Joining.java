package io.hawser.bench.room;

import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Series;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Swarm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How clients come, in one way, over several rounds. */
final class Joining {
    /** What clients do to be in. */
    enum Way {
        HELLO,
        BIND,
        /** They said HELLO before, and lost their links: TLS is theirs by a ticket. */
        HELLO_AGAIN,
        /** They were in, and lost their links. */
        RESUME;

        private boolean isAgain() {
            return this == HELLO_AGAIN || this == RESUME;
        }
    }

    private final String name;
    private final Contender on;
    private final List<Member> members;
    private final Way way;
    private final Series perSecond = new Series();
    private final Series serverMicros = new Series();
    private final Series helperMicros = new Series();
    private final Series othersShare = new Series();
    private final Histogram latencies = Percentiles.histogram();
    private final Pauses pauses = new Pauses();
    private long refusals;
    private long resumed;
    private long byTicket;

    Joining(String name, Contender on, List<Member> members, Way way) {
        this.name = name;
        this.on = on;
        this.members = members;
        this.way = way;
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

    /**
     * All come, and go; a round that is for warming does not count.
     *
     * @param pauseSeconds after each step that is not to be in the figures of the next
     */
    void round(boolean counts, long pauseSeconds) throws InterruptedException {
        if (way.isAgain()) {
            on.come(
                    members,
                    way == Way.RESUME
                            ? on.side().ramp(true).resuming()
                            : on.side().ramp(false));
            on.swarm().cutOff();
            TimeUnit.SECONDS.sleep(pauseSeconds);
        }
        CpuWatch watch = on.watch();
        Swarm.Arrival arrival = way.isAgain() ? on.comeAgain() : on.come(members, way == Way.BIND);
        CpuWatch.Use use = watch.stop();
        on.swarm().leave();
        TimeUnit.SECONDS.sleep(pauseSeconds);
        if (counts) {
            perSecond.add(arrival.perSecond());
            serverMicros.add((double) on.serverMicros(use) / members.size());
            helperMicros.add((double) on.helperMicros(use) / members.size());
            othersShare.add(use.othersShare());
            latencies.add(arrival.latencies());
            refusals += arrival.refusals();
            resumed += arrival.resumed();
            byTicket += arrival.byTicket();
            pauses.add(on.pauses(use));
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
            Long.toString(resumed),
            Long.toString(byTicket),
            "%.0f %%".formatted(100 * othersShare.median()),
            pauses.text()
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
        figures.put("resumed", resumed);
        figures.put("tlsByTicket", byTicket);
        figures.put("pauses", pauses.figures());
        figures.put("othersShareOfCpu", othersShare.figures());
        return figures;
    }
}
