package io.hawser.bench.room;

import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.backend.BackEnd;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.swarm.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench mixed}: a day in the life of a room. */
@Command(
        name = "mixed",
        header = "Measures everything at once: a day in the life of a platform.",
        description = {
            "One in a thousand of the clients goes each second and comes back with messages waiting for it, most of them with",
            "the token by which they go on where they were, some by a dispatcher, to bind anew; heartbeats; messages to",
            "clients drawn by lot; a stored broadcast at a pace; uplinks to a back end. Each with its percentiles. Nothing",
            "may be missing, come twice or out of order."
        })
public final class MixedCommand implements Callable<Integer> {
    @Mixin
    private final SideOptions sides = new SideOptions();

    @Mixin
    private final MixedOptions options = new MixedOptions();

    @Mixin
    private final BackEndOptions backEnds = new BackEndOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        try (PlatformOptions.Opened opened = sides.openRooms(options.clients(), output)) {
            return measure(opened.hawser(), on).exitCode(output);
        }
    }

    private Integrity measure(Hawser hawser, Map<String, Object> on) throws InterruptedException {
        try (Contender rooms = new Contender(new RoomSide(hawser), 0);
                GrpcApi api = new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1);
                BackEnd backEnd = backEnds.start(hawser)) {
            List<Member> members = rooms.side().members(options.clients());
            rooms.come(members, rooms.side().ramp(true).syncing().resuming().comingBackBy(hawser.dispatcher()));
            output.progress("%,d clients are bound".formatted(options.clients()));
            Mixed mixed = new Mixed(rooms, members, api, backEnd, options);
            mixed.run(options.warmUpSeconds());
            output.progress("warm; the day begins");
            Mixed.Day day = mixed.run(options.seconds());
            output.report(report(on, day));
            return day.integrity();
        }
    }

    private Report report(Map<String, Object> on, Mixed.Day day) {
        on.put("loadAverageAfter", Surroundings.loadAverage());
        Map<String, Histogram> latencies = new LinkedHashMap<>();
        latencies.put("messages", day.unicasts().latencies());
        latencies.put("messages that waited, from the return", day.waiting().latencies());
        latencies.put("broadcast at its pace", day.broadcasts().latencies());
        latencies.put("uplinks, stored", day.sentUp().toStored());
        latencies.put("uplinks, at the back end", day.arrived().latencies());
        latencies.put("heartbeats", day.count().heartbeats());
        latencies.put("bound again, from the return", day.count().absences());
        latencies.put("resumed: connect to BOUND", day.count().resumed().toBound());
        latencies.put(
                "resumed: connect to the first message that waited",
                day.count().resumed().toMessage());
        latencies.put("bound anew: connect to BOUND", day.count().boundAnew().toBound());
        latencies.put(
                "bound anew: connect to the first message that waited",
                day.count().boundAnew().toMessage());
        return new Report(
                "A day of %,d clients".formatted(options.clients()),
                figures(on, day, latencies),
                List.of(table(day, latencies), cpu(day)),
                List.of(new Plot.Percentiles("From due", latencies)));
    }

    private Map<String, Object> figures(Map<String, Object> on, Mixed.Day day, Map<String, Histogram> latencies) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "mixed");
        figures.put("on", on);
        figures.put("clients", options.clients());
        figures.put("bodyBytes", options.bodyBytes());
        figures.put("seconds", day.seconds());
        figures.put("membersPerSecond", day.membersPerSecond());
        figures.put("clientsThatWent", day.drops());
        figures.put("connectionsLost", day.count().lost());
        figures.put("refused", day.refused() + day.sentUp().refused());
        figures.put("firstUplinkRefusal", day.sentUp().firstRefusal());
        figures.putAll(day.integrity().figures());
        Map<String, Object> kinds = new LinkedHashMap<>();
        latencies.forEach((name, micros) -> {
            Map<String, Object> kind = Percentiles.figures(micros);
            kind.put("count", micros.getTotalCount());
            kinds.put(name, kind);
        });
        figures.put("latencyMicros", kinds);
        figures.put("coreShare", coreShares(day));
        figures.put("pauses", day.pauses().figures());
        return figures;
    }

    private Table table(Mixed.Day day, Map<String, Histogram> latencies) {
        Table table = new Table()
                .row(
                        "%,d clients, %d bytes, ms".formatted(options.clients(), options.bodyBytes()),
                        "of them",
                        "p50",
                        "p90",
                        "p99",
                        "p99.9",
                        "longest");
        latencies.forEach((name, micros) -> table.row(
                name,
                "%,d".formatted(micros.getTotalCount()),
                Percentiles.millis(micros, 50),
                Percentiles.millis(micros, 90),
                Percentiles.millis(micros, 99),
                Percentiles.millis(micros, 99.9),
                Percentiles.millis(micros, 100)));
        double paceMillis = 1000.0 * options.clients() / day.membersPerSecond();
        return table.row(
                        "a broadcast exactly at that pace",
                        "",
                        Series.number(0.5 * paceMillis),
                        Series.number(0.9 * paceMillis),
                        Series.number(0.99 * paceMillis),
                        "",
                        Series.number(paceMillis))
                .row("clients that went", "%,d".formatted(day.drops()))
                .row("connections lost besides", "%,d".formatted(day.count().lost()))
                .row("refused", "%,d".formatted(day.refused() + day.sentUp().refused()))
                .row("rooms' " + Pauses.heading(), day.pauses().text())
                .row("missing, repeated, out of order", day.integrity().text());
    }

    private static Table cpu(Mixed.Day day) {
        Table table = new Table().row("CPU, of one core", "");
        coreShares(day).forEach((name, share) -> table.row(name, "%.1f %%".formatted(100 * share)));
        return table.row(
                "others, of the machine", "%.0f %%".formatted(100 * day.cpu().othersShare()));
    }

    private static Map<String, Double> coreShares(Mixed.Day day) {
        Map<String, Double> shares = new TreeMap<>();
        day.cpu()
                .micros()
                .forEach((name, micros) ->
                        shares.put(name, micros / 1e6 / day.cpu().seconds()));
        return shares;
    }
}
