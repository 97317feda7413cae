package io.hawser.bench.room;

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
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.Links;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.swarm.Member;
import io.hawser.rpc.link.LinkClient;
import io.hawser.wire.v1.Qos;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench push}: unicasts of the room alone. */
@Command(
        name = "push",
        header = "Measures messages to single clients, from a room's delivery link to their sockets.",
        description = {
            "What 'unicast' measures of the whole path, of the room alone: pushes to clients drawn by lot, handed to the",
            "room as a center does it. Durable ones are acknowledged by the client, once for all that came together,",
            "which the room passes on to a saver; the messages themselves are in no store."
        })
public final class PushCommand implements Callable<Integer> {
    /** What may be asked for. */
    private enum Kind {
        durable(Qos.DURABLE),
        online(Qos.TRANSIENT);

        private final Qos qos;

        Kind(Qos qos) {
            this.qos = qos;
        }
    }

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Mixin
    private final LoadOptions load = new LoadOptions(5000, 15, 4096, 5000);

    @Option(
            names = "--qos",
            defaultValue = "durable",
            description =
                    "${COMPLETION-CANDIDATES}: online ones are TRANSIENT, and nobody acknowledges them (default: durable)")
    private Kind kind = Kind.durable;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        try (PlatformOptions.Opened opened = platform.open(1, List.of(), output)) {
            List<Pushes.Phase> phases = measure(opened.hawser());
            output.report(report(on, phases));
            return Integrity.of(phases.stream().map(Pushes.Phase::integrity)).exitCode(output);
        }
    }

    private List<Pushes.Phase> measure(Hawser hawser) throws InterruptedException {
        try (Contender room = new Contender(new RoomSide(hawser), 0);
                LinkClient rooms = Links.to("room", hawser.linksOf("room"))) {
            List<Member> members = room.side().members(load.clients());
            room.come(members, true);
            output.progress(load.clients() + " clients are bound");
            Addressees addressees = Addressees.find(hawser, members, kind.qos);
            Pushes pushes = new Pushes(room, rooms, addressees, load.bodyBytes(), load.outstanding());
            pushes.run(0, load.warmUpSeconds());
            List<Pushes.Phase> phases = new ArrayList<>(List.of(pushes.run(0, load.seconds())));
            for (int rate : load.rates()) {
                phases.add(pushes.run(rate, load.seconds()));
            }
            return phases;
        }
    }

    private Report report(Map<String, Object> on, List<Pushes.Phase> phases) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "push");
        figures.put("on", on);
        figures.put("clients", load.clients());
        figures.put("bodyBytes", load.bodyBytes());
        figures.put("qos", kind.qos.name());
        figures.put("phases", phases.stream().map(Pushes.Phase::figures).toList());
        Table table = new Table()
                .row(
                        "%,d clients, %d bytes, %s".formatted(load.clients(), load.bodyBytes(), kind.qos.name()),
                        "deliveries/s",
                        "room, µs each",
                        "p50 ms",
                        "p99 ms",
                        "p99.9 ms",
                        "missing, repeated, out of order",
                        "not written at once",
                        "others' CPU",
                        Pauses.heading());
        Map<String, Histogram> lines = new LinkedHashMap<>();
        for (Pushes.Phase phase : phases) {
            table.row(
                    phase.name(),
                    Series.number(phase.perSecond()),
                    Series.number(phase.roomMicros()),
                    Percentiles.millis(phase.latencies(), 50),
                    Percentiles.millis(phase.latencies(), 99),
                    Percentiles.millis(phase.latencies(), 99.9),
                    phase.integrity().text(),
                    Long.toString(phase.notWritten()),
                    "%.0f %%".formatted(100 * phase.othersShare()),
                    phase.pauses().text());
            lines.put(phase.name(), phase.latencies());
        }
        return new Report(
                "Messages to single clients, the room alone",
                figures,
                List.of(table),
                List.of(new Plot.Percentiles("From due to read", lines)));
    }
}
