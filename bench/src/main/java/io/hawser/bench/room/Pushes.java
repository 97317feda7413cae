package io.hawser.bench.room;

import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pace;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Punctual;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.swarm.Count;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Messages to single clients, drawn by lot, from a room's delivery link to their sockets. */
final class Pushes {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(20);

    /**
     * What a phase came to.
     *
     * @param integrity missing: pushed and not read by a client within 20 s
     * @param notWritten pushes that the room answered otherwise than with WRITTEN
     * @param latencies from due to read, microseconds
     */
    record Phase(
            String name,
            double perSecond,
            long deliveries,
            Integrity integrity,
            long notWritten,
            Histogram latencies,
            double roomMicros,
            double othersShare,
            Pauses pauses) {
        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("name", name);
            figures.put("deliveriesPerSecond", Series.rounded(perSecond));
            figures.put("roomMicrosPerDelivery", Series.rounded(roomMicros));
            figures.put("latencyMicros", Percentiles.figures(latencies));
            figures.putAll(integrity.figures());
            figures.put("notWritten", notWritten);
            figures.put("othersShareOfCpu", Series.rounded(othersShare));
            figures.put("pauses", pauses.figures());
            return figures;
        }
    }

    private final Contender on;
    private final LinkClient rooms;
    private final Addressees addressees;
    private final int bodyBytes;
    private final int outstanding;
    private final SplittableRandom random = new SplittableRandom(1);
    private int phase;

    Pushes(Contender on, LinkClient rooms, Addressees addressees, int bodyBytes, int outstanding) {
        this.on = on;
        this.rooms = rooms;
        this.addressees = addressees;
        this.bodyBytes = bodyBytes;
        this.outstanding = outstanding;
    }

    /** @param perSecond 0: as fast as they are answered, a fixed number outstanding */
    Phase run(int perSecond, double seconds) throws InterruptedException {
        on.swarm().begin(++phase, true);
        Semaphore room = new Semaphore(outstanding);
        LongAdder notWritten = new LongAdder();
        CpuWatch watch = on.watch();
        long begin = System.nanoTime();
        long pushed = 0;
        try (Punctual _ = Punctual.begin()) {
            for (long due = begin; due - begin < seconds * 1e9; due = due(begin, pushed, perSecond)) {
                Pace.until(due);
                room.acquire();
                push(perSecond == 0 ? System.nanoTime() : due, room, notWritten);
                pushed++;
            }
        }
        long owed = pushed;
        Count count = on.swarm().await(now -> now.deliveries() >= owed, DRAIN);
        double took = (System.nanoTime() - begin) / 1e9;
        CpuWatch.Use use = watch.stop();
        return new Phase(
                perSecond == 0 ? outstanding + " outstanding" : "%,d/s".formatted(perSecond),
                count.deliveries() / took,
                count.deliveries(),
                count.integrity(pushed),
                notWritten.sum(),
                count.latencies(),
                (double) on.serverMicros(use) / Math.max(1, count.deliveries()),
                use.othersShare(),
                on.pauses(use));
    }

    private static long due(long begin, long pushed, int perSecond) {
        return perSecond == 0 ? System.nanoTime() : begin + pushed * TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    private void push(long due, Semaphore room, LongAdder notWritten) {
        int addressee = random.nextInt(addressees.size());
        PushRequest push = addressees.next(addressee, new Stamp(phase, due).body(bodyBytes));
        var _ = rooms.call(addressees.room(addressee), RoomGrpc.getPushMethod(), push, push.getApp(), PATIENCE)
                .whenComplete((reply, failure) -> {
                    room.release();
                    if (!isWritten(reply)) {
                        notWritten.increment();
                    }
                });
    }

    private static boolean isWritten(@Nullable PushReply reply) {
        return reply != null && reply.getOutcome() == PushOutcome.WRITTEN;
    }
}
