package io.hawser.bench.room;

import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import io.hawser.bench.swarm.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench connect}: how fast clients come in. */
@Command(
        name = "connect",
        header = "Measures how fast clients come: TCP and hello, the whole bind, and back with a token.",
        description = {
            "So many clients connect, 256 under way at any time, and leave; in rounds, in turn: with HELLO alone, with",
            "HELLO and BIND (token, register, mailbox, broadcasts), back after all of them lost their links, with the",
            "tokens by which they go on where they were; and to a bare server that answers anything. With --tls each of the",
            "first is a full handshake, and there is one way more: HELLO of clients whose links broke, with TLS by a ticket."
        })
public final class ConnectCommand implements Callable<Integer> {
    @Mixin
    private final SideOptions sides = new SideOptions();

    @Option(names = "--clients", defaultValue = "10000", description = "Clients a round (default: 10000).")
    private int clients;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds, after one to warm up (default: 5).")
    private int rounds;

    @Option(
            names = "--pause",
            defaultValue = "2",
            description =
                    "Seconds after each, and after links break: what the room does about it is no part of the next.")
    private long pauseSeconds;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        try (SideOptions.Opened opened = sides.open(clients, List.of(), List.of(), output)) {
            List<Joining> ways = ways(opened.contenders());
            for (int round = 0; round <= rounds; round++) {
                for (Joining way : ways) {
                    way.round(round > 0, pauseSeconds);
                }
                output.progress("round " + round + " of " + rounds);
            }
            output.report(report(on, ways));
        }
        return 0;
    }

    private List<Joining> ways(List<Contender> contenders) {
        Contender hawser = contenders.getFirst();
        List<Member> users = hawser.side().members(clients);
        List<Joining> ways = new ArrayList<>(List.of(new Joining("hello", hawser, users, Joining.Way.HELLO)));
        if (sides.isTls()) {
            ways.add(new Joining("hello, TLS by ticket", hawser, users, Joining.Way.HELLO_AGAIN));
        }
        ways.add(new Joining("hello and bind", hawser, users, Joining.Way.BIND));
        ways.add(new Joining("resume", hawser, users, Joining.Way.RESUME));
        for (Contender other : contenders.subList(1, contenders.size())) {
            ways.add(new Joining(other.name(), other, other.side().members(clients), Joining.Way.BIND));
        }
        return ways;
    }

    private Report report(Map<String, Object> on, List<Joining> ways) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "connect");
        figures.put("on", on);
        figures.put("clients", clients);
        figures.put("ways", ways.stream().map(Joining::figures).toList());
        Table table = new Table()
                .row(
                        "%,d clients a round".formatted(clients),
                        "connections/s",
                        "server, µs each",
                        "rest of the platform, µs each",
                        "p50 ms",
                        "p99 ms",
                        "told to come later",
                        "resumed",
                        "TLS by ticket",
                        "others' CPU",
                        Pauses.heading());
        Map<String, Double> bars = new LinkedHashMap<>();
        Map<String, Histogram> lines = new LinkedHashMap<>();
        for (Joining way : ways) {
            table.row(way.row());
            bars.put(way.name(), way.perSecond().median());
            lines.put(way.name(), way.latencies());
        }
        return new Report(
                "%,d clients come".formatted(clients),
                figures,
                List.of(table),
                List.of(
                        new Plot.Bars("Connections a second", "/s", bars),
                        new Plot.Percentiles("From connecting to being in", lines)));
    }
}
