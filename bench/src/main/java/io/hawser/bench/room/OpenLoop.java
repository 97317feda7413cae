package io.hawser.bench.room;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.swarm.Swarm;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
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
        long helperMicros) {
    private static final long PATIENCE_SECONDS = 30;

    static OpenLoop run(Contender on, int phase, int clients, int perSecond, int bodyBytes, double seconds)
            throws InterruptedException {
        on.swarm().begin(phase, true);
        long intervalNanos = TimeUnit.SECONDS.toNanos(clients) / perSecond;
        long broadcasts = Math.max(1, (long) (seconds * 1e9 / intervalNanos));
        var reached = on.swarm().reach(broadcasts, clients);
        CpuWatch watch = on.watch();
        long begin = System.nanoTime();
        for (int i = 0; i < broadcasts; i++) {
            long due = begin + i * intervalNanos;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            on.side().broadcast(List.of(new Stamp(phase, due).body(bodyBytes)));
        }
        await(reached);
        CpuWatch.Use use = watch.stop();
        Swarm.Count count = on.swarm().count();
        return new OpenLoop(
                perSecond,
                count.deliveries(),
                broadcasts * clients - count.deliveries(),
                count.latencies(),
                use,
                on.serverMicros(use),
                on.helperMicros(use));
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
