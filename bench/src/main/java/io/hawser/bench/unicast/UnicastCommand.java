package io.hawser.bench.unicast;

import io.hawser.bench.api.Api;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.api.JsonApi;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.LoadOptions;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Processes;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench unicast}: the whole path of a durable message. */
@Command(
        name = "unicast",
        header = "Measures durable sends through a running platform, from center to client.",
        description = {
            "Durable sends through the center to bound clients: first as many as it takes with a fixed number",
            "outstanding, then at fixed rates with latencies from when each message was due."
        })
public final class UnicastCommand implements Callable<Integer> {
    private static final int THREADS_SHOWN = 16;

    /** The two faces of the API. */
    private enum Face {
        grpc,
        json
    }

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final LoadOptions load = new LoadOptions(500, 10, 128, 1000);

    @Option(names = "--batch", defaultValue = "1", description = "Users a call: beyond 1, batchSend (default: 1).")
    private int usersPerCall;

    @Option(names = "--api", defaultValue = "grpc", description = "${COMPLETION-CANDIDATES} (default: grpc)")
    private Face face = Face.grpc;

    @Option(names = "--connections", defaultValue = "2", description = "Connections to the center, gRPC (default: 2).")
    private int connections;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        List<Load> loads = new ArrayList<>();
        loads.add(new ClosedLoad(load.outstanding()));
        loads.add(new ClosedLoad(load.outstanding()));
        load.rates().forEach(rate -> loads.add(new OpenLoad(rate)));
        Processes processes = Processes.find(target.center().getPort(), target.redisPort(), target.mysqlPort());
        Run run = new Run(processes, loads.size());
        try (Api api = api();
                Crowd crowd = Crowd.gather(target.app(), users(), target.rooms(), api, run)) {
            output.progress(load.clients() + " clients are bound");
            List<Phase> phases = phases(run, loads, api, crowd);
            report(phases);
            return Integrity.of(phases.stream().map(Phase::integrity)).exitCode(output);
        }
    }

    private List<Phase> phases(Run run, List<Load> loads, Api api, Crowd crowd) throws InterruptedException {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            boolean warmUp = i == 0;
            Duration time = warmUp ? load.warmUp() : load.time();
            Phase phase = run.phase(i, loads.get(i), api, crowd.users(), usersPerCall, load.bodyBytes(), time);
            output.progress(phase.name() + (warmUp ? " (warm-up): " : ": ") + Series.number(phase.deliveredPerSecond())
                    + " delivered/s");
            if (!warmUp) {
                phases.add(phase);
            }
        }
        return phases;
    }

    private Api api() {
        return switch (face) {
            case grpc -> new GrpcApi(target.center(), target.app(), target.apiKey(), connections);
            case json -> new JsonApi(target.center(), target.app(), target.apiKey());
        };
    }

    /** Users that no earlier run has sent to. */
    private List<String> users() {
        String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        return IntStream.range(0, load.clients())
                .mapToObj(i -> "bench-" + run + "-" + i)
                .toList();
    }

    private void report(List<Phase> phases) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "unicast");
        figures.put("api", face.name());
        figures.put("clients", load.clients());
        figures.put("bodyBytes", load.bodyBytes());
        figures.put("usersPerCall", usersPerCall);
        figures.put("phases", phases.stream().map(Phase::figures).toList());
        Map<String, Double> bars = new LinkedHashMap<>();
        phases.forEach(phase -> bars.put(phase.name(), phase.deliveredPerSecond()));
        output.report(new Report(
                "Durable messages, from center to client",
                figures,
                List.of(
                        rates(phases),
                        cpu("CPU µs a message, by process", phases, Phase::cpuMicros),
                        cpu("CPU µs a message, by the services' threads", phases, Phase::threadMicros)),
                List.of(new Plot.Bars("Delivered", "messages/s", bars))));
    }

    private Table rates(List<Phase> phases) {
        Table table = new Table()
                .row(
                        load.clients() + " clients, " + load.bodyBytes() + " bytes, " + usersPerCall + " a call, "
                                + face,
                        "accepted/s",
                        "delivered/s",
                        "accepted after ms, p50 / p99 / p99.9",
                        "delivered after ms, p50 / p99 / p99.9",
                        "refused",
                        "missing, repeated, out of order");
        for (Phase phase : phases) {
            table.row(
                    phase.name(),
                    Series.number(phase.acceptedPerSecond()),
                    Series.number(phase.deliveredPerSecond()),
                    Phase.text(phase.sendToAccepted()),
                    Phase.text(phase.sendToDelivered()),
                    phase.tally().refused.toString(),
                    phase.integrity().text());
        }
        return table;
    }

    /** The names of the first phase, by what they cost there. */
    private static Table cpu(String title, List<Phase> phases, Function<Phase, Map<String, Long>> spent) {
        List<String> head = new ArrayList<>(List.of(title));
        phases.forEach(phase -> head.add(phase.name()));
        Table table = new Table().row(head.toArray(String[]::new));
        spent.apply(phases.getFirst()).keySet().stream().limit(THREADS_SHOWN).forEach(name -> {
            List<String> row = new ArrayList<>(List.of(name));
            phases.forEach(phase ->
                    row.add(Series.number(phase.perMessage(spent.apply(phase).getOrDefault(name, 0L)))));
            table.row(row.toArray(String[]::new));
        });
        return table;
    }
}
