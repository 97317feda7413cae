package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Broadcasts on several sides in turn, so that what else the machine does meets all of them alike. */
final class Fanout {
    private final List<Contender> contenders;
    private final FanoutOptions options;
    private final Output output;
    private final Map<Contender, SideFigures> figures = new LinkedHashMap<>();
    private int phase;

    Fanout(List<Contender> contenders, FanoutOptions options, Output output) {
        this.contenders = contenders;
        this.options = options;
        this.output = output;
    }

    Report run(String bench) throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        for (Contender contender : contenders) {
            gather(contender);
        }
        for (int round = 1; round <= options.rounds(); round++) {
            for (int waiting : options.waiting()) {
                for (Contender contender : contenders) {
                    burst(contender, waiting);
                }
            }
            openLoops();
        }
        return report(bench, on);
    }

    private void gather(Contender contender) throws InterruptedException {
        var arrival = contender.come(contender.side().members(options.clients()), true);
        output.progress(
                "%s: %,d clients are in, %,.0f/s".formatted(contender.name(), arrival.up(), arrival.perSecond()));
        for (int waiting : options.waiting()) {
            double seconds = options.warmUpSeconds() / options.waiting().size();
            Burst.run(contender, ++phase, options.clients(), waiting, options.bodyBytes(), seconds);
        }
        figures.put(contender, new SideFigures());
    }

    private void burst(Contender contender, int waiting) throws InterruptedException {
        Burst burst = Burst.run(contender, ++phase, options.clients(), waiting, options.bodyBytes(), options.seconds());
        of(contender).add(burst);
        output.progress("%s, %d waiting: %s deliveries/s, %s µs"
                .formatted(
                        contender.name(),
                        waiting,
                        Series.number(burst.perSecond().median()),
                        Series.number(burst.serverMicrosADelivery())));
    }

    private void openLoops() throws InterruptedException {
        if (options.perSecond() == 0) {
            return;
        }
        for (Contender contender : contenders) {
            of(contender).add(OpenLoop.run(contender, ++phase, options));
        }
    }

    private SideFigures of(Contender contender) {
        return figures.computeIfAbsent(contender, one -> new SideFigures());
    }

    private Report report(String bench, Map<String, Object> on) {
        on.put("loadAverageAfter", Surroundings.loadAverage());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("bench", bench);
        all.put("on", on);
        all.put("clients", options.clients());
        all.put("bodyBytes", options.bodyBytes());
        all.put(
                "sides",
                contenders.stream().map(one -> of(one).figures(one.name())).toList());
        List<Table> tables = new ArrayList<>(List.of(rates()));
        List<Plot> plots = new ArrayList<>();
        for (int waiting : options.waiting()) {
            Map<String, Double> bars = new LinkedHashMap<>();
            contenders.forEach(
                    one -> bars.put(one.name(), of(one).burst(waiting).perSecond.median()));
            plots.add(new Plot.Bars("Deliveries a second, " + waiting + " waiting for each member", "/s", bars));
        }
        if (options.perSecond() > 0) {
            tables.add(latencies());
            Map<String, Histogram> lines = new LinkedHashMap<>();
            contenders.forEach(one -> lines.put(one.name(), of(one).latencies()));
            plots.add(new Plot.Percentiles("Latency at %,d deliveries a second".formatted(options.perSecond()), lines));
        }
        return new Report(
                "Broadcasts to %,d members, %d bytes".formatted(options.clients(), options.bodyBytes()),
                all,
                tables,
                plots);
    }

    private Table rates() {
        Table table = new Table()
                .row(
                        "%,d members, %d bytes".formatted(options.clients(), options.bodyBytes()),
                        "waiting",
                        "to the first side",
                        "deliveries/s",
                        "µs a delivery",
                        "µs, all processes",
                        "bytes each",
                        "all have all after, ms",
                        Pauses.heading(),
                        "others' CPU");
        for (int waiting : options.waiting()) {
            double first = of(contenders.getFirst()).burst(waiting).perSecond.median();
            for (Contender one : contenders) {
                BurstFigures burst = of(one).burst(waiting);
                table.row(
                        one.name(),
                        Integer.toString(waiting),
                        "%.2f".formatted(burst.perSecond.median() / first),
                        burst.perSecond.text(),
                        burst.serverMicros.precise(),
                        burst.allMicros.precise(),
                        Series.number(burst.wireBytes.median()),
                        Series.number(1000.0 * waiting * options.clients() / burst.perSecond.median()),
                        burst.pauses.text(),
                        burst.othersText());
            }
        }
        return table;
    }

    private Table latencies() {
        Table table = new Table()
                .row(
                        "%,d deliveries/s, ms".formatted(options.perSecond()),
                        "p50",
                        "p90",
                        "p99",
                        "p99.9",
                        "µs a delivery",
                        Pauses.heading(),
                        "missing");
        contenders.forEach(one -> table.row(of(one).latencyRow(one.name())));
        return table;
    }
}
