package io.hawser.bench.room;

import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is told of storms.
 *
 * @param storms those that were rehearsals first, the one that counts last
 */
record StormReport(Map<String, Object> on, int clients, List<Storm> storms) {
    Report report() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "storm");
        figures.put("on", on);
        figures.put("clients", clients);
        figures.putAll(figures(storms.getLast()));
        figures.put(
                "rehearsals", rehearsals().stream().map(StormReport::figures).toList());
        return new Report(
                "A room with %,d clients is killed".formatted(clients),
                figures,
                List.of(table()),
                List.of(new Plot.Bars("Clients that are bound again", "", bars(storms.getLast()))));
    }

    private List<Storm> rehearsals() {
        return storms.subList(0, storms.size() - 1);
    }

    private static Map<String, Object> figures(Storm storm) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("back", storm.back());
        figures.put("secondsToPercent", storm.secondsTo());
        figures.put("absenceMicros", Percentiles.figures(storm.absences()));
        figures.put("bystanderLatencyMicros", Percentiles.figures(storm.bystanders()));
        figures.put("bystanderAnswerMicros", Percentiles.figures(storm.answers()));
        figures.put("latencyMicros", Percentiles.figures(storm.hit()));
        figures.put("refused", storm.refused());
        figures.putAll(storm.integrity().figures());
        figures.put("pauses", storm.pauses().figures());
        figures.put("restarted", storm.restarted());
        figures.put("misses", storm.misses());
        return figures;
    }

    private Table table() {
        Table table = new Table();
        Stream<String> names = Stream.concat(
                IntStream.range(1, storms.size()).mapToObj(number -> "rehearsal " + number), Stream.of("the storm"));
        table.row(Stream.concat(Stream.of("%,d clients of a killed room".formatted(clients)), names)
                .toArray(String[]::new));
        TreeSet<Integer> shares = new TreeSet<>();
        storms.forEach(storm -> shares.addAll(storm.secondsTo().keySet()));
        for (int share : shares) {
            row(table, share + " % bound again after, s", storm -> secondsTo(storm, share));
        }
        row(table, "back in all", storm -> "%,d".formatted(storm.back()));
        row(table, "messages to others meanwhile, p50 ms", storm -> Percentiles.millis(storm.bystanders(), 50));
        row(table, "their p99 ms", storm -> Percentiles.millis(storm.bystanders(), 99));
        row(table, "their longest ms (1,000 at most)", storm -> Percentiles.millis(storm.bystanders(), 100));
        row(table, "answers to their senders, p99 ms", storm -> Percentiles.millis(storm.answers(), 99));
        row(table, "longest answer ms", storm -> Percentiles.millis(storm.answers(), 100));
        row(table, "messages to these clients, p50 ms", storm -> Percentiles.millis(storm.hit(), 50));
        row(table, "longest ms", storm -> Percentiles.millis(storm.hit(), 100));
        row(table, "messages refused", storm -> "%,d".formatted(storm.refused()));
        row(table, "other room's " + Pauses.heading(), storm -> storm.pauses().text());
        row(table, "missing, repeated, out of order", storm -> storm.integrity().text());
        row(
                table,
                "other services that started again",
                storm -> storm.restarted().toString());
        return table;
    }

    private void row(Table table, String name, Function<Storm, String> cell) {
        table.row(Stream.concat(Stream.of(name), storms.stream().map(cell)).toArray(String[]::new));
    }

    private static String secondsTo(Storm storm, int share) {
        Double seconds = storm.secondsTo().get(share);
        return seconds == null ? "not reached" : "%.1f".formatted(seconds);
    }

    private static Map<String, Double> bars(Storm storm) {
        Map<String, Double> bars = new LinkedHashMap<>();
        List<Integer> back = storm.backBySecond();
        IntStream.range(0, back.size()).forEach(second -> bars.put(second + " s", (double) back.get(second)));
        return bars;
    }
}
