package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench idle}: what a connection costs that does nothing. */
@Command(
        name = "idle",
        header = "Measures the memory and CPU of connections that are bound and idle.",
        description = {
            "Resident memory of the room's process, its live heap and the kernel's sockets, each as growth a connection,",
            "after full collections; and CPU before they come, and while they do nothing but their heartbeats. The JVMs of its own",
            "cluster get a heap that is there from the start, so that what is resident grows by what is outside of it;",
            "a connection's memory is then both together: outside and live heap."
        })
public final class IdleCommand implements Callable<Integer> {
    /** So that the heap's own growth is no part of what is resident. */
    private static final List<String> WHOLE_HEAP = List.of("-Xms256m", "-XX:+AlwaysPreTouch");

    @Mixin
    private final SideOptions sides = new SideOptions();

    @Option(names = "--clients", defaultValue = "15000", description = "Bound clients (default: 15000).")
    private int clients;

    @Option(names = "--settle", defaultValue = "5", description = "Seconds before memory is read (default: 5).")
    private long settleSeconds;

    @Option(
            names = "--heartbeat",
            defaultValue = "60",
            description = "Seconds of the interval that clients propose; they are heard twice in it (default: 60).")
    private int heartbeatSeconds;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "Seconds of idling, and before that of having no client (default: 60).")
    private long holdSeconds;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        List<Idle> all = new ArrayList<>();
        try (SideOptions.Opened opened = sides.open(clients, WHOLE_HEAP, List.of(), output)) {
            for (Contender one : opened.contenders()) {
                all.add(Idle.of(one, clients, heartbeatSeconds, settleSeconds, holdSeconds));
                one.swarm().leave();
                output.progress(one.name() + " is measured");
            }
        }
        output.report(report(on, all));
        return 0;
    }

    private Report report(Map<String, Object> on, List<Idle> all) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "idle");
        figures.put("on", on);
        figures.put("clients", clients);
        figures.put("heartbeatSeconds", heartbeatSeconds);
        figures.put("sides", all.stream().map(Idle::figures).toList());
        Table table = new Table()
                .row(
                        "%,d idle connections, bytes each".formatted(clients),
                        "outside the heap",
                        "live heap",
                        "kernel, an end",
                        "CPU, of one core, without",
                        "with them",
                        "others' CPU",
                        Pauses.heading());
        Map<String, Double> bars = new LinkedHashMap<>();
        for (Idle one : all) {
            table.row(one.row());
            bars.put(one.name(), one.residentBytes() + one.heapBytes().orElse(0));
        }
        return new Report(
                "%,d idle connections".formatted(clients),
                figures,
                List.of(table),
                List.of(new Plot.Bars("Memory of the process, a connection", "bytes", bars)));
    }
}
