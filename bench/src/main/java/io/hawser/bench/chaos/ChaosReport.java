package io.hawser.bench.chaos;

import io.hawser.bench.chaos.check.Count;
import io.hawser.bench.chaos.check.Flow;
import io.hawser.bench.chaos.check.Recovery;
import io.hawser.bench.chaos.check.Verdict;
import io.hawser.bench.chaos.check.Violation;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run as figures, tables and a page. */
final class ChaosReport {
    private final Map<String, Object> on;
    private final Verdict verdict;
    private final Flow flow;
    private final List<Recovery> recoveries;

    ChaosReport(Map<String, Object> on, Verdict verdict, Flow flow) {
        this.on = on;
        this.verdict = verdict;
        this.flow = flow;
        this.recoveries = flow.recoveries();
    }

    Report report() {
        List<Table> tables = new ArrayList<>(List.of(faults(), counts(), promises()));
        if (!verdict.isGreen()) {
            tables.add(violations());
        }
        return new Report(title(), figures(), tables, plots());
    }

    private String title() {
        return "chaos, seed " + on.get("seed") + ": "
                + (verdict.isGreen() ? "every promise was kept" : "promises were broken");
    }

    private Table faults() {
        Table table = new Table()
                .row(
                        "fault",
                        "of",
                        "at s",
                        "held s",
                        "flows after s",
                        "after healing s",
                        "took over 1 s",
                        "longest s",
                        "longest send s",
                        "by a spool");
        for (Recovery one : recoveries) {
            table.row(
                    one.fault(),
                    one.what(),
                    Series.number(flow.seconds(one.struckNanos())),
                    Series.number(one.secondsHeld()),
                    Series.number(one.secondsFromStrike()),
                    Series.number(one.secondsFromHealing()),
                    "%,d".formatted(one.slow()),
                    one.lost() > 0 ? "lost" : Series.number(one.secondsOfLongestDelivery()),
                    Series.number(one.secondsOfLongestSend()),
                    "%,d".formatted(one.spooled()));
        }
        return table;
    }

    private Table counts() {
        Table table = new Table().row("counted", "");
        Arrays.stream(Count.values()).forEach(what -> table.row(what.label(), "%,d".formatted(verdict.count(what))));
        return table;
    }

    private Table promises() {
        Table table = new Table().row("promises broken (expected: none)", "");
        Arrays.stream(Violation.Kind.values())
                .forEach(kind -> table.row(kind.label(), "%,d".formatted(verdict.found(kind))));
        return table;
    }

    private Table violations() {
        Table table = new Table().row("violation", "");
        verdict.violations().forEach(violation -> table.row(violation.kind().label(), violation.what()));
        return table;
    }

    private Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("on", on);
        figures.put("green", verdict.isGreen());
        figures.put("faults", recoveries.stream().map(this::figures).toList());
        Map<String, Object> counts = new LinkedHashMap<>();
        Arrays.stream(Count.values()).forEach(what -> counts.put(what.name(), verdict.count(what)));
        figures.put("counts", counts);
        Map<String, Object> broken = new LinkedHashMap<>();
        Arrays.stream(Violation.Kind.values()).forEach(kind -> broken.put(kind.name(), verdict.found(kind)));
        figures.put("broken", broken);
        figures.put(
                "violations",
                verdict.violations().stream().map(Violation::toString).toList());
        return figures;
    }

    private Map<String, Object> figures(Recovery one) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("fault", one.fault());
        figures.put("of", one.what());
        figures.put("atSeconds", Series.rounded(flow.seconds(one.struckNanos())));
        figures.put("heldSeconds", Series.rounded(one.secondsHeld()));
        figures.put("flowsAfterSeconds", Series.rounded(one.secondsFromStrike()));
        figures.put("flowsAfterHealingSeconds", Series.rounded(one.secondsFromHealing()));
        figures.put("tookOverASecond", one.slow());
        figures.put("longestDeliverySeconds", Series.rounded(one.secondsOfLongestDelivery()));
        figures.put("lost", one.lost());
        figures.put("longestSendSeconds", Series.rounded(one.secondsOfLongestSend()));
        figures.put("acceptedByASpool", one.spooled());
        return figures;
    }

    private List<Plot> plots() {
        List<Plot.Span> spans = recoveries.stream()
                .map(one ->
                        new Plot.Span(one.fault(), flow.seconds(one.struckNanos()), flow.seconds(one.healedNanos())))
                .toList();
        return List.of(
                new Plot.TimeLine("Throughput, by second", "a second", flow.throughput(), spans),
                new Plot.TimeLine(
                        "From sending to the listener, of what came in the second", "ms", flow.latencies(), spans),
                new Plot.TimeLine(
                        "In flight: copies accepted, and not at their device yet, those of devices that are away among them",
                        "",
                        Map.of("in flight", flow.inFlight()),
                        spans));
    }
}
