package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.swarm.Swarm;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Broadcasts as fast as they are taken: so many at once to all, again when all have them.
 *
 * @param waiting broadcasts at once: as many wait for a member at the same moment
 * @param perSecond deliveries a second, of each time
 * @param deliveries of all times
 * @param wireBytes that clients read meanwhile
 */
record Burst(
        int waiting,
        Series perSecond,
        long deliveries,
        long wireBytes,
        CpuWatch.Use cpu,
        long serverMicros,
        long helperMicros,
        Pauses pauses) {
    private static final long PATIENCE_SECONDS = 60;

    static Burst run(Contender on, int phase, int clients, int waiting, int bodyBytes, double seconds)
            throws InterruptedException {
        List<byte[]> bodies = Collections.nCopies(waiting, new Stamp(phase, 0).body(bodyBytes));
        Series perSecond = new Series();
        on.swarm().begin(phase, false);
        CpuWatch watch = on.watch();
        long begin = System.nanoTime();
        long sent = 0;
        long now = begin;
        while (now - begin < seconds * 1e9) {
            sent += waiting;
            var reached = on.swarm().reach(sent, clients);
            long from = System.nanoTime();
            on.side().broadcast(bodies);
            Swarm.Span span = await(reached, on, sent * clients);
            now = span.lastNanos();
            long began = on.side().isFollowed() ? span.firstNanos() : from;
            perSecond.add((double) waiting * clients / (now - began) * 1e9);
        }
        CpuWatch.Use use = watch.stop();
        return new Burst(
                waiting,
                perSecond,
                sent * clients,
                on.swarm().count().wireBytes(),
                use,
                on.serverMicros(use),
                on.helperMicros(use),
                on.pauses(use));
    }

    private static Swarm.Span await(CompletableFuture<Swarm.Span> reached, Contender on, long expected)
            throws InterruptedException {
        try {
            return reached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new BenchException(
                    "%s: %,d of %,d deliveries within %d s"
                            .formatted(on.name(), on.swarm().count().deliveries(), expected, PATIENCE_SECONDS),
                    e);
        }
    }

    double serverMicrosADelivery() {
        return (double) serverMicros / deliveries;
    }

    double wireBytesADelivery() {
        return (double) wireBytes / deliveries;
    }

    double allMicrosADelivery() {
        return (double) cpu.total() / deliveries;
    }
}
