package io.hawser.bench.room;

import io.hawser.bench.backend.BackEnd;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.LoadOptions;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.RoomSide;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench uplink}: from clients to the app's back end. */
@Command(
        name = "uplink",
        header = "Measures what clients send up, until it is stored and until the app's back end has it.",
        description = {
            "Bound clients send to an HTTP server of the bench's own, through their room, a coordinator and a saver: first",
            "as fast as it is stored, one unanswered a client, then at fixed rates. Latencies are from when each was due,",
            "to the answer that it is stored, and to the back end. Nothing may be missing, come twice or out of order."
        })
public final class UplinkCommand implements Callable<Integer> {
    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Mixin
    private final LoadOptions load = new LoadOptions(1000, 15, 128, 1000);

    @Mixin
    private final BackEndOptions backEnds = new BackEndOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Map<String, Object> on = Surroundings.read();
        try (PlatformOptions.Opened opened = platform.open(1, List.of(), output);
                Contender room = new Contender(new RoomSide(opened.hawser()), 0);
                BackEnd backEnd = backEnds.start(opened.hawser())) {
            List<Uplinks.Phase> phases = measure(room, backEnd);
            output.report(report(on, phases));
            return Integrity.of(phases.stream().map(Uplinks.Phase::integrity)).exitCode(output);
        }
    }

    private List<Uplinks.Phase> measure(Contender room, BackEnd backEnd) {
        room.come(room.side().members(load.clients()), true);
        output.progress(load.clients() + " clients are bound");
        Uplinks uplinks = new Uplinks(room, backEnd, load.bodyBytes(), load.outstanding());
        uplinks.run(0, load.warmUpSeconds());
        List<Uplinks.Phase> phases = new ArrayList<>(List.of(uplinks.run(0, load.seconds())));
        for (int rate : load.rates()) {
            phases.add(uplinks.run(rate, load.seconds()));
        }
        return phases;
    }

    private Report report(Map<String, Object> on, List<Uplinks.Phase> phases) {
        on.put("loadAverageAfter", Surroundings.loadAverage());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "uplink");
        figures.put("on", on);
        figures.put("clients", load.clients());
        figures.put("bodyBytes", load.bodyBytes());
        figures.put("phases", phases.stream().map(Uplinks.Phase::figures).toList());
        Map<String, Histogram> lines = new LinkedHashMap<>();
        for (Uplinks.Phase phase : phases) {
            lines.put(phase.name() + ", stored", phase.toStored());
            lines.put(phase.name() + ", at the back end", phase.toBackEnd());
        }
        return new Report(
                "Uplinks of %,d clients, %d bytes".formatted(load.clients(), load.bodyBytes()),
                figures,
                List.of(rates(phases), cpu(phases)),
                List.of(new Plot.Percentiles("From due", lines)));
    }

    private Table rates(List<Uplinks.Phase> phases) {
        Table table = new Table()
                .row(
                        "%,d clients, %d bytes".formatted(load.clients(), load.bodyBytes()),
                        "stored/s",
                        "stored after ms, p50",
                        "p99",
                        "p99.9",
                        "at the back end/s",
                        "there after ms, p50",
                        "p99",
                        "p99.9",
                        "refused",
                        "missing, repeated, out of order");
        for (Uplinks.Phase phase : phases) {
            table.row(
                    phase.name(),
                    Series.number(phase.storedPerSecond()),
                    Percentiles.millis(phase.toStored(), 50),
                    Percentiles.millis(phase.toStored(), 99),
                    Percentiles.millis(phase.toStored(), 99.9),
                    Series.number(phase.arrivedPerSecond()),
                    Percentiles.millis(phase.toBackEnd(), 50),
                    Percentiles.millis(phase.toBackEnd(), 99),
                    Percentiles.millis(phase.toBackEnd(), 99.9),
                    phase.refused() + " " + phase.firstRefusal(),
                    phase.integrity().text());
        }
        return table;
    }

    private static Table cpu(List<Uplinks.Phase> phases) {
        List<String> head = new ArrayList<>(List.of("CPU, µs an uplink"));
        head.addAll(phases.getFirst().cpuMicros().keySet());
        head.add("others' CPU");
        head.add("room's " + Pauses.heading());
        Table table = new Table().row(head.toArray(String[]::new));
        for (Uplinks.Phase phase : phases) {
            List<String> row = new ArrayList<>(List.of(phase.name()));
            phase.cpuMicros().values().forEach(micros -> row.add(Series.number(micros)));
            row.add("%.0f %%".formatted(100 * phase.othersShare()));
            row.add(phase.pauses().text());
            table.row(row.toArray(String[]::new));
        }
        return table;
    }
}
