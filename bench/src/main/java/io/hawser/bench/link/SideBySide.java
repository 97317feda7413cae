package io.hawser.bench.link;

import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Table;
import io.hawser.rpc.v1.AppendRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs sides in turn, several rounds, after one round of each that does not count. */
final class SideBySide {
    private final Proc called;
    private final AppendRequest request;
    private final Output output;
    private final int rounds;
    private final Duration time;

    SideBySide(Proc called, AppendRequest request, Output output, int rounds, Duration time) {
        this.called = called;
        this.request = request;
        this.output = output;
        this.rounds = rounds;
        this.time = time;
    }

    Experiment run(String name, List<Side> sides, int peers, int outstanding) throws InterruptedException {
        List<Row> rows = sides.stream().map(Row::new).toList();
        for (int round = 0; round <= rounds; round++) {
            for (Row row : rows) {
                Measured measured = ClosedLoop.run(row.side, request, peers, outstanding, time, called);
                if (round > 0) {
                    row.add(measured);
                }
            }
            output.progress(name + ": round " + round + " of " + rounds + (round == 0 ? " (warm-up)" : ""));
        }
        return experiment(name, rows);
    }

    private static Experiment experiment(String name, List<Row> rows) {
        Table table = new Table()
                .row(
                        name,
                        "connections",
                        "calls/s",
                        "CPU µs/call, both ends",
                        "p50 µs",
                        "p99 µs",
                        "p99.9 µs",
                        "failed");
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Row row : rows) {
            int connections = Proc.connectionsTo(new HashSet<>(row.side.ports()));
            table.row(
                    row.side.name(),
                    Integer.toString(connections),
                    row.rate.text(),
                    row.cpu.text(),
                    Series.number(row.p50.median()),
                    Series.number(row.p99.median()),
                    Series.number(row.p999.median()),
                    Long.toString(row.failed));
            figures.put(row.side.name(), row.figures(connections));
        }
        return new Experiment(name, table, figures);
    }

    /** The figures of one side. */
    private static final class Row {
        private final Side side;
        private final Series rate = new Series();
        private final Series cpu = new Series();
        private final Series p50 = new Series();
        private final Series p99 = new Series();
        private final Series p999 = new Series();
        private long failed;

        Row(Side side) {
            this.side = side;
        }

        void add(Measured measured) {
            rate.add(measured.perSecond());
            cpu.add(measured.cpuMicrosPerCall());
            p50.add(measured.micros(50));
            p99.add(measured.micros(99));
            p999.add(measured.micros(99.9));
            failed += measured.failed();
        }

        Map<String, Object> figures(int connections) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("connections", connections);
            figures.put("callsPerSecond", rate.figures());
            figures.put("cpuMicrosPerCall", cpu.figures());
            figures.put("p50Micros", p50.figures());
            figures.put("p99Micros", p99.figures());
            figures.put("p999Micros", p999.figures());
            figures.put("failed", failed);
            return figures;
        }
    }
}
