package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Pace;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.swarm.Count;
import io.hawser.bench.swarm.Swarm;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Broadcasts at a fixed rate, whatever becomes of those before: each delivery's latency counts from when its broadcast was
 * due, so a stall is felt by all that were due meanwhile (no coordinated omission).
 *
 * @param perSecond deliveries a second that were asked for
 * @param latencies microseconds
 */
record OpenLoop(
        int perSecond,
        long deliveries,
        long missing,
        Histogram latencies,
        CpuWatch.Use cpu,
        long serverMicros,
        long helperMicros,
        Pauses pauses) {
    private static final long PATIENCE_SECONDS = 30;

    static OpenLoop run(Contender on, int phase, FanoutOptions options) throws InterruptedException {
        on.swarm().begin(phase, true);
        return go(on, phase, 0, options, options.seconds());
    }

    /** Of a phase that has begun. {@code deaf}: clients that read nothing, and are not waited for. */
    static OpenLoop go(Contender on, int phase, int deaf, FanoutOptions options, double seconds)
            throws InterruptedException {
        long intervalNanos = TimeUnit.SECONDS.toNanos(options.clients()) / options.perSecond();
        long broadcasts = Math.max(1, (long) (seconds * 1e9 / intervalNanos));
        int readers = options.clients() - deaf;
        var reached = on.swarm().reach(broadcasts, readers);
        CpuWatch watch = on.watch();
        long begin = System.nanoTime();
        for (int i = 0; i < broadcasts; i++) {
            long due = begin + i * intervalNanos;
            Pace.until(due);
            on.side().broadcast(List.of(new Stamp(phase, due).body(options.bodyBytes())));
        }
        await(reached);
        CpuWatch.Use use = watch.stop();
        Count.Kind had = on.swarm().count().kinds().getFirst();
        return new OpenLoop(
                options.perSecond(),
                had.deliveries(),
                broadcasts * readers - had.deliveries(),
                had.latencies(),
                use,
                on.serverMicros(use),
                on.helperMicros(use),
                on.pauses(use));
    }

    private static void await(CompletableFuture<Swarm.Span> reached) throws InterruptedException {
        try {
            reached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            // What is missing is told as missing.
            reached.cancel(false);
        } catch (ExecutionException e) {
            throw new BenchException(String.valueOf(e.getCause()), e);
        }
    }

    double serverMicrosADelivery() {
        return (double) serverMicros / Math.max(1, deliveries);
    }
}
