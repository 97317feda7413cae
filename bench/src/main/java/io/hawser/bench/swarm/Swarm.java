package io.hawser.bench.swarm;

import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pause;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Clients in as many processes as they need. */
public final class Swarm implements AutoCloseable {
    /** Open files are limited to 20,000 a process on many machines. */
    public static final int MOST_A_PROCESS = 15_000;

    private static final int FIRST_NETWORK = 16;
    private static final long LOOK_MILLIS = 20;

    /**
     * How clients came.
     *
     * @param refusals times that clients were told to come later, and did
     * @param seconds from the first that connected to the last that was in
     * @param latencies from connecting to being in, microseconds
     */
    public record Arrival(int up, int failed, String firstFailure, int refusals, double seconds, Histogram latencies) {
        public double perSecond() {
            return up / seconds;
        }
    }

    /**
     * What clients were given in a phase.
     *
     * @param latencies from due to read, microseconds
     * @param outOfOrder messages that another one was to come before
     * @param lost connections that ended
     * @param back clients that were cut off and are in again
     * @param absences from being cut off to being in again, microseconds
     * @param lastBackNanos when the last came back
     */
    public record Count(
            long deliveries,
            Histogram latencies,
            long repeated,
            long outOfOrder,
            int lost,
            int back,
            Histogram absences,
            long lastBackNanos) {
        /** Where so many deliveries were owed. */
        public Integrity integrity(long owed) {
            return new Integrity(Math.max(0, owed - deliveries), repeated, outOfOrder);
        }
    }

    /**
     * What clients sent up.
     *
     * @param refused for good
     * @param firstRefusal why the first was; empty: none
     * @param toStored from due to the answer that it is stored, microseconds
     */
    public record SentUp(long sent, long stored, long refused, String firstRefusal, Histogram toStored) {
        SentUp and(Told.SentUp other) {
            Histogram both = toStored.copy();
            both.add(Percentiles.histogram(other.toStored()));
            return new SentUp(
                    sent + other.sent(),
                    stored + other.stored(),
                    refused + other.refused(),
                    firstRefusal.isEmpty() ? other.firstRefusal() : firstRefusal,
                    both);
        }
    }

    /** When the first and the last of some deliveries were read: readings of {@link System#nanoTime}. */
    public record Span(long firstNanos, long lastNanos) {}

    private final List<GeneratorProcess> processes = new ArrayList<>();
    private final int network;

    /** @param number of this swarm, where there are several: their clients have other addresses */
    public Swarm(int number) {
        this.network = FIRST_NETWORK * (1 + number);
    }

    /** Connects a client for each member, and returns once each is in, or was refused. */
    public Arrival come(Ramp ramp, List<Member> members, Duration patience) {
        int count = (members.size() + MOST_A_PROCESS - 1) / MOST_A_PROCESS;
        while (processes.size() < count) {
            processes.add(GeneratorProcess.start());
        }
        List<CompletableFuture<Told.Came>> coming = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Member> share = members.subList(members.size() * i / count, members.size() * (i + 1) / count);
            coming.add(processes.get(i).ask(new Order.Come(ramp, share, network + i), Told.Came.class));
        }
        return arrival(all(coming, patience));
    }

    private static Arrival arrival(List<Told.Came> all) {
        Histogram latencies = Percentiles.histogram();
        all.forEach(came -> latencies.add(Percentiles.histogram(came.latencies())));
        long began = all.stream().mapToLong(Told.Came::beganNanos).min().orElseThrow();
        long ended = all.stream().mapToLong(Told.Came::endedNanos).max().orElseThrow();
        return new Arrival(
                all.stream().mapToInt(Told.Came::up).sum(),
                all.stream().mapToInt(Told.Came::failed).sum(),
                all.stream()
                        .map(Told.Came::firstFailure)
                        .filter(why -> !why.isEmpty())
                        .findFirst()
                        .orElse(""),
                all.stream().mapToInt(Told.Came::refusals).sum(),
                (ended - began) / 1e9,
                latencies);
    }

    /** Counts from zero. With {@code stamped}, latencies are read from the bodies of this phase. */
    public void begin(int phase, boolean stamped) {
        askAll(process -> process.ask(new Order.Begin(phase, stamped), Told.Begun.class));
    }

    /** Completes once each client has so many deliveries since {@link #begin}. */
    public CompletableFuture<Span> reach(long deliveriesAClient, int clients) {
        List<CompletableFuture<Told.Reached>> reached = new ArrayList<>();
        int count = processes.size();
        for (int i = 0; i < count; i++) {
            long share = (long) clients * (i + 1) / count - (long) clients * i / count;
            reached.add(processes.get(i).ask(new Order.Expect(deliveriesAClient * share), Told.Reached.class));
        }
        return CompletableFuture.allOf(reached.toArray(CompletableFuture[]::new))
                .thenApply(nothing ->
                        span(reached.stream().map(CompletableFuture::join).toList()));
    }

    private static Span span(List<Told.Reached> all) {
        return new Span(
                all.stream().mapToLong(Told.Reached::firstNanos).min().orElseThrow(),
                all.stream().mapToLong(Told.Reached::atNanos).max().orElseThrow());
    }

    /** Has clients send up; completes once all of it is answered, or given up 20 s after the last. */
    public CompletableFuture<SentUp> sendUp(UplinkLoad load) {
        List<CompletableFuture<Told.SentUp>> parts = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            Order order = new Order.SendUp(load.share(i, processes.size()));
            parts.add(processes.get(i).ask(order, Told.SentUp.class));
        }
        CompletableFuture<SentUp> all =
                CompletableFuture.completedFuture(new SentUp(0, 0, 0, "", Percentiles.histogram()));
        for (CompletableFuture<Told.SentUp> part : parts) {
            all = all.thenCombine(part, SentUp::and);
        }
        return all;
    }

    /** What was counted since {@link #begin}. */
    public Count count() {
        List<Told.Counted> all = askAll(process -> process.ask(new Order.Report(), Told.Counted.class));
        return new Count(
                all.stream().mapToLong(Told.Counted::deliveries).sum(),
                sum(all, Told.Counted::latencies),
                all.stream().mapToLong(Told.Counted::repeated).sum(),
                all.stream().mapToLong(Told.Counted::outOfOrder).sum(),
                all.stream().mapToInt(Told.Counted::lost).sum(),
                all.stream().mapToInt(Told.Counted::back).sum(),
                sum(all, Told.Counted::absences),
                all.stream().mapToLong(Told.Counted::lastBackNanos).max().orElse(0));
    }

    private static Histogram sum(List<Told.Counted> all, Function<Told.Counted, String> part) {
        Histogram sum = Percentiles.histogram();
        all.forEach(one -> sum.add(Percentiles.histogram(part.apply(one))));
        return sum;
    }

    /** What was counted, once it is so many deliveries or nobody waits any longer. */
    public Count await(long deliveries, Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        Count count = count();
        while (count.deliveries() < deliveries && System.nanoTime() - giveUp < 0) {
            Pause.millis(LOOK_MILLIS);
            count = count();
        }
        return count;
    }

    /** Closes all connections. */
    public void leave() {
        askAll(process -> process.ask(new Order.Leave(), Told.Left.class));
    }

    /** The processes, by name. */
    public Map<String, Proc> processes() {
        Map<String, Proc> byName = new LinkedHashMap<>();
        for (int i = 0; i < processes.size(); i++) {
            byName.put("generator-" + (i + 1), processes.get(i).proc());
        }
        return byName;
    }

    @Override
    public void close() {
        processes.forEach(GeneratorProcess::close);
    }

    private <T> List<T> askAll(Function<GeneratorProcess, CompletableFuture<T>> question) {
        return all(processes.stream().map(question).toList(), Duration.ofSeconds(30));
    }

    private static <T> List<T> all(List<CompletableFuture<T>> futures, Duration patience) {
        try {
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new BenchException("a generator does not answer within " + patience, e);
        }
        return futures.stream().map(CompletableFuture::join).toList();
    }
}
