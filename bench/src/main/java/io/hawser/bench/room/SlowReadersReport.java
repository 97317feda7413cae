package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Plot;
import io.hawser.bench.measure.Report;
import io.hawser.bench.measure.Surroundings;
import io.hawser.bench.measure.Table;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.side.RoomSide;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Slow readers in rounds, and what is told of them. */
final class SlowReadersReport {
    private final FanoutOptions options;
    private final Output output;
    private final int slow;

    SlowReadersReport(FanoutOptions options, Output output, double percent) {
        this.options = options;
        this.output = output;
        this.slow = Math.max(1, (int) Math.round(options.clients() * percent / 100));
    }

    /** Returns whether those who were slow got all that they are owed. */
    Integrity run(Hawser hawser) throws InterruptedException {
        Map<String, Object> on = Surroundings.read();
        RoomSide side = new RoomSide(hawser);
        try (Contender rooms = new Contender(side, 0);
                Api api = new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1)) {
            rooms.come(side.members(options.clients()), side.ramp(true).comingBackBy(hawser.dispatcher()));
            output.progress("%,d clients are in".formatted(options.clients()));
            SlowReaders readers = new SlowReaders(rooms, side::dropped, api, options, slow);
            readers.warmUp(options.warmUpSeconds());
            for (int round = 1; round <= options.rounds(); round++) {
                readers.round(options.seconds());
                output.progress("round " + round + " of " + options.rounds());
            }
            output.report(report(on, readers));
            return readers.integrity();
        }
    }

    private Report report(Map<String, Object> on, SlowReaders readers) {
        on.put("loadAverageAfter", Surroundings.loadAverage());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "fanout, slow readers");
        figures.put("on", on);
        figures.put("clients", options.clients());
        figures.put("bodyBytes", options.bodyBytes());
        figures.put("deliveriesPerSecond", options.perSecond());
        figures.put("othersP99Ratio", readers.p99Ratio());
        figures.put("ways", readers.figures());
        figures.putAll(readers.integrity().figures());
        Table table = new Table()
                .row(
                        "%,d members, %d bytes, %,d deliveries/s"
                                .formatted(options.clients(), options.bodyBytes(), options.perSecond()),
                        "others' p50 ms",
                        "p99 ms",
                        "p99.9 ms",
                        "missing",
                        "not written, buffers being full",
                        "room, resident MiB",
                        "stored messages to these",
                        "had all after s",
                        "connections lost",
                        "rooms' " + Pauses.heading());
        readers.rows().forEach(table::row);
        table.row("p99, times", "", "%.2f".formatted(readers.p99Ratio()))
                .row("of the stored ones", "", readers.integrity().text());
        return new Report(
                "%,d of %,d clients stop reading".formatted(slow, options.clients()),
                figures,
                List.of(table),
                List.of(new Plot.Percentiles("Latency of those who read", readers.latencies())));
    }
}
