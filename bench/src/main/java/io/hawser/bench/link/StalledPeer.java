package io.hawser.bench.link;

import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Series;
import io.hawser.bench.measure.Table;
import io.hawser.rpc.v1.AppendRequest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What a peer that stops reading costs its caller. Calls are made at a steady rate, whatever becomes of them, while the
 * called process is stopped and then goes on.
 */
final class StalledPeer {
    private static final int CALLS_PER_SECOND = 5_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double MEBIBYTE = 1 << 20;

    private final EchoProcess called;
    private final AppendRequest request;
    private final Duration time;
    private final Output output;

    /** {@code time}: how long the peer is stopped, and how long is called before and after. */
    StalledPeer(EchoProcess called, AppendRequest request, Duration time, Output output) {
        this.called = called;
        this.request = request;
        this.time = time;
        this.output = output;
    }

    Experiment run() throws InterruptedException {
        Table table = new Table()
                .row(
                        "peer stopped for " + time.toSeconds() + " s at " + Series.number(CALLS_PER_SECOND)
                                + " calls/s",
                        "heap before, MiB",
                        "stalled",
                        "after",
                        "most pending",
                        "pending after",
                        "answered",
                        "failed",
                        "ms to the first answer again");
        Map<String, Object> figures = new LinkedHashMap<>();
        try (LinkSide link = new LinkSide(called.linkPorts(), TIMEOUT)) {
            stall(link, table, figures);
        }
        try (UnarySide unary = new UnarySide(called.unaryPorts(), TIMEOUT)) {
            stall(unary, table, figures);
        }
        return new Experiment("stalled peer", table, figures);
    }

    private void stall(Side side, Table table, Map<String, Object> figures) throws InterruptedException {
        Flow flow = new Flow(side);
        flow.run(time);
        double before = heapMebibytes();
        called.stall();
        flow.run(time);
        double stalled = heapMebibytes();
        flow.watch();
        long wentOnNanos = System.nanoTime();
        called.goOn();
        flow.run(time);
        flow.awaitEnd();
        double after = heapMebibytes();
        Optional<Long> backMillis = flow.answeredAgainNanos()
                .map(answeredNanos -> TimeUnit.NANOSECONDS.toMillis(answeredNanos - wentOnNanos));
        output.progress("stalled peer: " + side.name() + " done");
        table.row(
                side.name(),
                Series.number(before),
                Series.number(stalled),
                Series.number(after),
                Long.toString(flow.mostPending),
                Long.toString(flow.pending()),
                Long.toString(flow.answered.sum()),
                Long.toString(flow.failed.sum()),
                backMillis.map(String::valueOf).orElse("none came"));
        figures.put(side.name(), figures(flow, before, stalled, after, backMillis));
    }

    private static Map<String, Object> figures(
            Flow flow, double before, double stalled, double after, Optional<Long> backMillis) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("heapMebibytesBefore", before);
        figures.put("heapMebibytesStalled", stalled);
        figures.put("heapMebibytesAfter", after);
        figures.put("mostPending", flow.mostPending);
        figures.put("pendingAfter", flow.pending());
        figures.put("answered", flow.answered.sum());
        figures.put("failed", flow.failed.sum());
        backMillis.ifPresent(millis -> figures.put("millisToFirstAnswerAgain", millis));
        return figures;
    }

    /** What is reachable: the heap in use right after a collection. */
    private static double heapMebibytes() {
        ManagementFactory.getMemoryMXBean().gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return Math.round(used / MEBIBYTE * 10) / 10.0;
    }

    /** Calls at a steady rate. */
    private final class Flow {
        private final Side side;
        private final LongAdder answered = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private volatile boolean awaitingAnswer;
        private volatile long answeredAgainNanos;
        private long made;
        private long mostPending;

        Flow(Side side) {
            this.side = side;
        }

        void run(Duration time) {
            long begin = System.nanoTime();
            long calls = 0;
            for (long now = begin; now - begin < time.toNanos(); now = System.nanoTime()) {
                long due = (now - begin) * CALLS_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
                for (; calls < due; calls++) {
                    call();
                }
                mostPending = Math.max(mostPending, pending());
                LockSupport.parkNanos(PACE_NANOS);
            }
        }

        /** From now on the next answer is waited for. */
        void watch() {
            awaitingAnswer = true;
        }

        Optional<Long> answeredAgainNanos() {
            return awaitingAnswer ? Optional.empty() : Optional.of(answeredAgainNanos);
        }

        long pending() {
            return made - answered.sum() - failed.sum();
        }

        void awaitEnd() throws InterruptedException {
            long giveUp = System.nanoTime() + TIMEOUT.multipliedBy(3).toNanos();
            while (pending() > 0 && System.nanoTime() < giveUp) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        private void call() {
            made++;
            side.call(0, request, failure -> {
                if (failure != null) {
                    failed.increment();
                    return;
                }
                answered.increment();
                if (awaitingAnswer) {
                    answeredAgainNanos = System.nanoTime();
                    awaitingAnswer = false;
                }
            });
        }
    }
}
