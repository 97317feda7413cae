package io.hawser.bench.room;

import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.backend.BackEnd;
import io.hawser.bench.measure.CpuWatch;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pace;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Stamp;
import io.hawser.bench.swarm.Count;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.SentUp;
import io.hawser.bench.swarm.UplinkLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Everything at once: who goes and comes back, messages to those who are here and to those who are not, a broadcast. */
final class Mixed {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Kinds of a phase. */
    private static final int UNICASTS = 0;

    private static final int WAITING = 1;
    private static final int BROADCASTS = 2;
    private static final int KINDS = 3;

    /** Messages that wait for each client that went. */
    private static final int WAITING_EACH = 3;

    /**
     * What a phase came to.
     *
     * @param membersPerSecond pace of the broadcast
     * @param drops clients that went
     * @param refused messages that the center did not take
     */
    record Day(
            double seconds,
            int membersPerSecond,
            int drops,
            long refused,
            Count count,
            SentUp sentUp,
            BackEnd.Arrived arrived,
            Integrity integrity,
            CpuWatch.Use cpu,
            Pauses pauses) {
        Count.Kind unicasts() {
            return count.kinds().get(UNICASTS);
        }

        Count.Kind waiting() {
            return count.kinds().get(WAITING);
        }

        Count.Kind broadcasts() {
            return count.kinds().get(BROADCASTS);
        }
    }

    private final Contender on;
    private final List<Member> members;
    private final GrpcApi api;
    private final BackEnd backEnd;
    private final MixedOptions options;
    private final SplittableRandom random = new SplittableRandom(1);
    private int phase;
    private int nextDropped;

    Mixed(Contender on, List<Member> members, GrpcApi api, BackEnd backEnd, MixedOptions options) {
        this.on = on;
        this.members = members;
        this.api = api;
        this.backEnd = backEnd;
        this.options = options;
    }

    Day run(double seconds) throws InterruptedException {
        phase += KINDS;
        on.swarm().begin(phase, KINDS);
        backEnd.begin(phase);
        Sends unicasts = new Sends(api, phase + UNICASTS, options.bodyBytes());
        Sends waiting = new Sends(api, phase + WAITING, options.bodyBytes());
        CpuWatch watch = on.watch(Map.of("back end", backEnd.proc()));
        int membersPerSecond = options.membersPerSecond(seconds);
        CompletableFuture<Void> broadcast = api.broadcast(
                new Stamp(phase + BROADCASTS, System.nanoTime()).body(options.bodyBytes()), membersPerSecond);
        CompletableFuture<SentUp> up = on.swarm()
                .sendUp(new UplinkLoad(
                        phase, backEnd.route(), options.bodyBytes(), options.uplinksPerSecond(), 0, seconds));
        List<CompletableFuture<Void>> gone = Collections.synchronizedList(new ArrayList<>());
        try (Pace _ = Pace.start(options.messagesPerSecond(), due -> unicasts.send(List.of(anyone()), due));
                Pace _ = Pace.start(options.dropsPerSecond(), due -> gone.add(drop(waiting)))) {
            TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
        }
        CpuWatch.Use use = watch.stop();
        CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new)).join();
        broadcast.join();
        return settled(seconds, membersPerSecond, gone.size(), unicasts, waiting, up.join(), use);
    }

    private String anyone() {
        return members.get(random.nextInt(members.size())).user();
    }

    /** The next in turn goes; half of its time away passes before the messages are sent that wait for it. */
    private CompletableFuture<Void> drop(Sends waiting) {
        int number = nextDropped++;
        boolean restarts = (long) number * options.restartPercent() % 100 < options.restartPercent();
        Member gone = on.swarm().drop(number % members.size(), options.away(), restarts);
        long halfAwayNanos = options.away().toNanos() / 2;
        long dueNanos = System.nanoTime() + halfAwayNanos;
        Executor later = CompletableFuture.delayedExecutor(halfAwayNanos, TimeUnit.NANOSECONDS);
        return CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < WAITING_EACH; i++) {
                        waiting.send(List.of(gone.user()), dueNanos);
                    }
                },
                later);
    }

    /** Waits until all that was accepted is where it has to be, or nobody waits any longer. */
    private Day settled(
            double seconds,
            int membersPerSecond,
            int drops,
            Sends unicasts,
            Sends waiting,
            SentUp sentUp,
            CpuWatch.Use use) {
        long[] owed = {unicasts.accepted(), waiting.accepted(), members.size()};
        Count count = on.swarm().await(now -> missing(now, owed) == 0, PATIENCE);
        BackEnd.Arrived arrived = backEnd.await(sentUp.stored(), PATIENCE);
        Integrity down = new Integrity(missing(count, owed), count.repeated(), count.outOfOrder());
        return new Day(
                seconds,
                membersPerSecond,
                drops,
                unicasts.refused() + waiting.refused(),
                count,
                sentUp,
                arrived,
                down.and(Uplinks.integrity(sentUp, arrived)),
                use,
                on.pauses(use));
    }

    private static long missing(Count count, long[] owed) {
        long missing = 0;
        for (int kind = 0; kind < KINDS; kind++) {
            missing += Math.max(0, owed[kind] - count.kinds().get(kind).deliveries());
        }
        return missing;
    }
}
