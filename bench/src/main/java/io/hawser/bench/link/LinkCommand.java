package io.hawser.bench.link;

import com.google.protobuf.ByteString;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.PhaseOptions;
import io.hawser.bench.measure.Report;
import io.hawser.rpc.v1.AppendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench link}: three ways of calling, side by side in one run. */
@Command(
        name = "link",
        header = "Measures the pipelined link beside two other ways of calling.",
        description = {
            "The pipelined link beside unary gRPC calls over one connection, and beside a pool of connections with one",
            "call at a time each. The called side is a process of its own; both have one event loop. CPU is that of both."
        })
public final class LinkCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds; the sides alternate (default: 5).")
    private int rounds;

    @Mixin
    private final PhaseOptions phase = new PhaseOptions(3);

    @Option(
            names = "--outstanding",
            split = ",",
            defaultValue = "1,64,1024",
            description = "Calls kept outstanding (default: 1,64,1024).")
    private List<Integer> outstanding = List.of();

    @Option(names = "--pool", defaultValue = "64", description = "Connections of the pool to a peer (default: 64).")
    private int pool;

    @Option(names = "--peers", defaultValue = "300", description = "Peers, in the run over many (default: 300).")
    private int peers;

    @Option(
            names = "--per-peer",
            defaultValue = "8",
            description = "Calls outstanding to each of many peers; the pool has as many connections (default: 8).")
    private int perPeer;

    @Option(names = "--stall", defaultValue = "5", description = "Seconds that a peer is stopped for (default: 5).")
    private int stallSeconds;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        List<Experiment> experiments = new ArrayList<>();
        try (EchoProcess called = EchoProcess.start(1)) {
            for (int calls : outstanding) {
                experiments.add(oneAfterTheOther(called, calls));
            }
        }
        try (EchoProcess called = EchoProcess.start(peers)) {
            experiments.add(manyPeers(called));
        }
        try (EchoProcess called = EchoProcess.start(1)) {
            experiments.add(new StalledPeer(called, request(), Duration.ofSeconds(stallSeconds), output).run());
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "link");
        figures.put("bodyBytes", phase.bodyBytes());
        experiments.forEach(experiment -> figures.put(experiment.name(), experiment.figures()));
        output.report(new Report(
                "The pipelined link, beside two other ways of calling",
                figures,
                experiments.stream().map(Experiment::table).toList(),
                List.of()));
        return 0;
    }

    private Experiment oneAfterTheOther(EchoProcess called, int calls) throws InterruptedException {
        SideBySide sides = new SideBySide(called.proc(), request(), output, rounds, phase.time());
        try (LinkSide link = new LinkSide(called.linkPorts(), TIMEOUT);
                UnarySide unary = new UnarySide(called.unaryPorts(), TIMEOUT);
                PoolSide pooled = new PoolSide(called.pooledPorts(), pool, TIMEOUT)) {
            return sides.run(calls + " outstanding", List.of(link, unary, pooled), 1, calls);
        }
    }

    private Experiment manyPeers(EchoProcess called) throws InterruptedException {
        SideBySide sides = new SideBySide(called.proc(), request(), output, rounds, phase.time());
        try (LinkSide link = new LinkSide(called.linkPorts(), TIMEOUT);
                UnarySide unary = new UnarySide(called.unaryPorts(), TIMEOUT);
                PoolSide pooled = new PoolSide(called.pooledPorts(), perPeer, TIMEOUT)) {
            return sides.run(
                    peers + " peers, " + perPeer + " outstanding each",
                    List.of(link, unary, pooled),
                    peers,
                    peers * perPeer);
        }
    }

    private AppendRequest request() {
        return AppendRequest.newBuilder()
                .setApp("demo")
                .setUser("alice")
                .setRequestId("0123456789abcdef")
                .setContent(ByteString.copyFrom(new byte[phase.bodyBytes()]))
                .setExpiresMs(1)
                .build();
    }
}
