package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.PlatformOptions;
import io.hawser.bench.side.RoomSide;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import io.hawser.bench.swarm.Swarm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench storm}: a room dies. */
@Command(
        name = "storm",
        header = "Kills a room, and measures how its clients come back.",
        description = {
            "All clients of room-1 lose it at one moment. They come back as the protocol has it: after a delay drawn by",
            "lot, by a dispatcher, whose addresses they try in turn. Meanwhile messages go to them, and to clients of room-2:",
            "none may be missing, come twice or out of order."
        })
public final class StormCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int AT_ONCE = 256;

    @Mixin
    private final PlatformOptions platform = new PlatformOptions();

    @Option(names = "--clients", defaultValue = "15000", description = "Clients of the room (default: 15000).")
    private int clients;

    @Option(names = "--bystanders", defaultValue = "200", description = "Clients of the other (default: 200).")
    private int bystanders;

    @Option(
            names = "--rate",
            defaultValue = "100",
            description = "Stored messages a second, to the clients of either room (default: 100).")
    private int messagesPerSecond;

    @Option(names = "--seconds", defaultValue = "120", description = "How long to wait at most (default: 120).")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "Seconds of messages before, which do not count (default: 10).")
    private double warmUpSeconds;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        try (PlatformOptions.Opened opened = platform.open(2, List.of(), output)) {
            Storm storm = measure(opened.hawser());
            output.report(report(on, storm));
            return storm.integrity().exitCode(output);
        }
    }

    private Storm measure(Hawser hawser) throws InterruptedException {
        if (hawser.rooms().size() < 2 || !hawser.services().containsKey("room-1")) {
            throw new BenchException(
                    "storm: no room-1 to kill and room-2 to stay (expected: a cluster on this machine)");
        }
        try (RoomSide side = new RoomSide(hawser);
                Api api = new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1);
                Swarm hit = new Swarm(0);
                Swarm others = new Swarm(1)) {
            List<Member> bystanding = side.members(bystanders);
            come(others, ramp(hawser, 1), bystanding);
            List<Member> members = side.members(clients);
            come(hit, ramp(hawser, 0).comingBackBy(hawser.dispatcher()), members);
            output.progress("all are in");
            Storm.Cast cast = new Storm.Cast(hit, members, others, bystanding, api);
            Storm.calm(cast, messagesPerSecond, warmUpSeconds);
            output.progress("room-1 is killed");
            return Storm.run(hawser, "room-1", cast, messagesPerSecond, seconds);
        }
    }

    private static Ramp ramp(Hawser hawser, int room) {
        return Ramp.to(Ramp.Protocol.hawser, List.of(hawser.rooms().get(room)), hawser.app(), AT_ONCE, true);
    }

    private static void come(Swarm swarm, Ramp ramp, List<Member> members) {
        Swarm.Arrival arrival = swarm.come(ramp, members, PATIENCE);
        if (arrival.failed() > 0) {
            throw new BenchException(arrival.failed() + " clients are not in: " + arrival.firstFailure());
        }
    }

    private Report report(Map<String, Object> on, Storm storm) {
        on.put("loadAverageAfter", Surroundings.loadAverage());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "storm");
        figures.put("on", on);
        figures.put("clients", clients);
        figures.put("back", storm.back());
        figures.put("secondsToPercent", storm.secondsTo());
        figures.put("absenceMicros", Percentiles.figures(storm.absences()));
        figures.put("bystanderLatencyMicros", Percentiles.figures(storm.bystanders()));
        figures.put("latencyMicros", Percentiles.figures(storm.hit()));
        figures.put("refused", storm.refused());
        figures.putAll(storm.integrity().figures());
        figures.put("restarted", storm.restarted());
        Table table = new Table().row("%,d clients of a killed room".formatted(clients), "");
        storm.secondsTo().forEach((share, took) -> table.row(share + " % bound again after", "%.1f s".formatted(took)));
        table.row("back in all", "%,d".formatted(storm.back()))
                .row("messages to others meanwhile, p50 ms", Percentiles.millis(storm.bystanders(), 50))
                .row("p99 ms", Percentiles.millis(storm.bystanders(), 99))
                .row("longest ms", Percentiles.millis(storm.bystanders(), 100))
                .row("messages to these clients, p50 ms", Percentiles.millis(storm.hit(), 50))
                .row("longest ms", Percentiles.millis(storm.hit(), 100))
                .row("messages refused", "%,d".formatted(storm.refused()))
                .row("missing, repeated, out of order", storm.integrity().text())
                .row("other services that started again", storm.restarted().toString());
        Map<String, Double> bars = new LinkedHashMap<>();
        for (int second = 0; second < storm.backBySecond().size(); second++) {
            bars.put(second + " s", (double) storm.backBySecond().get(second));
        }
        return new Report(
                "A room with %,d clients is killed".formatted(clients),
                figures,
                List.of(table),
                List.of(new Plot.Bars("Clients that are bound again", "", bars)));
    }
}
