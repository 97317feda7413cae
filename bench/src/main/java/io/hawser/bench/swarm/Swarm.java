package io.hawser.bench.swarm;

import io.hawser.bench.measure.BenchException;
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
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** Clients in as many processes as they need. */
public final class Swarm implements AutoCloseable {
    /** Open files are limited to 20,000 a process on many machines; six of each hold 100,000 connections. */
    public static final int MOST_A_PROCESS = 17_000;

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int FIRST_NETWORK = 16;
    private static final long LOOK_MILLIS = 20;

    /**
     * How clients came.
     *
     * @param refusals times that clients were told to come later, and did
     * @param resumed of those that are up: they went on where they were
     * @param byTicket TLS handshakes that were short, by a ticket of one before
     * @param seconds from the first that connected to the last that was in
     * @param latencies from connecting to being in, microseconds
     */
    public record Arrival(
            int up,
            int failed,
            String firstFailure,
            int refusals,
            int resumed,
            int byTicket,
            double seconds,
            Histogram latencies) {
        public double perSecond() {
            return up / seconds;
        }
    }

    /** When the first and the last of some deliveries were read: readings of {@link System#nanoTime}. */
    public record Span(long firstNanos, long lastNanos) {}

    private final List<GeneratorProcess> processes = new ArrayList<>();
    private final int network;
    private List<Member> here = List.of();

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
            List<Member> share = members.subList(first(members.size(), i), first(members.size(), i + 1));
            coming.add(processes.get(i).ask(new Order.Come(ramp, share, network + i), Told.Came.class));
        }
        here = List.copyOf(members);
        return arrival(all(coming, patience));
    }

    /** Breaks all connections; the clients stay away. */
    public void cutOff() {
        askAll(process -> process.ask(new Order.CutOff(), Told.CutOff.class));
    }

    /** Brings those back that were cut off, each to where it was; returns once each is in, or was refused. */
    public Arrival comeAgain(Duration patience) {
        return arrival(all(
                processes.stream()
                        .map(process -> process.ask(new Order.ComeAgain(), Told.Came.class))
                        .toList(),
                patience));
    }

    /** What of {@code whole} the first {@code process} processes have. */
    private int first(int whole, int process) {
        return (int) ((long) whole * process / processes.size());
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
                all.stream().mapToInt(Told.Came::resumed).sum(),
                all.stream().mapToInt(Told.Came::byTicket).sum(),
                (ended - began) / 1e9,
                latencies);
    }

    /** Counts from zero. With {@code stamped}, latencies are read from the bodies of this phase. */
    public void begin(int phase, boolean stamped) {
        begin(new Order.Begin(phase, 1, stamped));
    }

    /** Counts from zero what has a stamp of one of so many numbers from {@code phase} on, each for itself. */
    public void begin(int phase, int kinds) {
        begin(new Order.Begin(phase, kinds, true));
    }

    private void begin(Order.Begin order) {
        askAll(process -> process.ask(order, Told.Begun.class));
    }

    /** Completes once each client has so many deliveries since {@link #begin}. */
    public CompletableFuture<Span> reach(long deliveriesAClient, int clients) {
        List<CompletableFuture<Told.Reached>> reached = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            int share = first(clients, i + 1) - first(clients, i);
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

    /** Has so many clients read nothing, and all others read; returns who they are. */
    public List<Member> slow(int clients) {
        List<Member> slow = new ArrayList<>();
        List<CompletableFuture<Told.Slowed>> slowed = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            int share = first(clients, i + 1) - first(clients, i);
            int from = first(here.size(), i);
            slow.addAll(here.subList(from, from + share));
            slowed.add(processes.get(i).ask(new Order.Slow(share), Told.Slowed.class));
        }
        all(slowed, ANSWER);
        return slow;
    }

    /**
     * Cuts a client off, for so long; it comes back to where it was.
     *
     * @param restarts its process ends: it comes back by a dispatcher, and binds anew
     * @return who it is
     */
    public Member drop(int client, Duration away, boolean restarts) {
        int process = 0;
        while (client >= first(here.size(), process + 1)) {
            process++;
        }
        processes.get(process).tell(new Order.Drop(client - first(here.size(), process), away.toMillis(), restarts));
        return here.get(client);
    }

    /** Has clients send up; completes once all of it is answered, or given up 20 s after the last. */
    public CompletableFuture<SentUp> sendUp(UplinkLoad load) {
        List<CompletableFuture<Told.SentUp>> parts = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            Order order = new Order.SendUp(load.share(i, processes.size()));
            parts.add(processes.get(i).ask(order, Told.SentUp.class));
        }
        CompletableFuture<SentUp> all = CompletableFuture.completedFuture(SentUp.NOTHING);
        for (CompletableFuture<Told.SentUp> part : parts) {
            all = all.thenCombine(part, SentUp::and);
        }
        return all;
    }

    /** What was counted since {@link #begin}. */
    public Count count() {
        return Count.of(askAll(process -> process.ask(new Order.Report(), Told.Counted.class)));
    }

    /** What was counted, once it is enough or nobody waits any longer. */
    public Count await(Predicate<Count> isEnough, Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        Count count = count();
        while (!isEnough.test(count) && System.nanoTime() - giveUp < 0) {
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
        return all(processes.stream().map(question).toList(), ANSWER);
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
