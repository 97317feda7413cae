package io.hawser.bench.room;

import io.hawser.bench.api.Api;
import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Pace;
import io.hawser.bench.measure.Pauses;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.measure.Series;
import io.hawser.bench.swarm.Count;
import io.hawser.bench.swarm.Member;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The same broadcasts in turn with all clients reading, and with some that do not: what the others feel of these. Besides,
 * these get stored messages all the time, which they are owed, all and in order, once they read again.
 */
final class SlowReaders {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MEBIBYTE = 1 << 20;

    /** Stored messages a second to each of those who stop reading. */
    private static final int MESSAGES_A_SECOND = 20;

    /** Kinds of a phase: broadcasts, and these messages. */
    private static final int KINDS = 2;

    /** One of the two, over all rounds. */
    private static final class Way {
        private final String name;
        private final int slow;
        private final Histogram latencies = Percentiles.histogram();
        private final Series p99 = new Series();
        private final Pauses pauses = new Pauses();
        private final Series residentMebibytes = new Series();
        private final Series catchUpSeconds = new Series();
        private long missing;
        private long notWritten;
        private long messages;
        private long refused;
        private int lost;

        private Way(String name, int slow) {
            this.name = name;
            this.slow = slow;
        }

        private void add(OpenLoop loop) {
            latencies.add(loop.latencies());
            p99.add(loop.latencies().getValueAtPercentile(99) / 1000.0);
            missing += loop.missing();
            pauses.add(loop.pauses());
        }

        private Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("name", name);
            figures.put("slow", slow);
            figures.put("othersLatencyMicros", Percentiles.figures(latencies));
            figures.put("othersP99Millis", p99.figures());
            figures.put("othersMissing", missing);
            figures.put("broadcastsNotWritten", notWritten);
            figures.put("roomResidentMebibytes", residentMebibytes.figures());
            figures.put("messages", messages);
            figures.put("messagesRefused", refused);
            figures.put("catchUpSeconds", catchUpSeconds.figures());
            figures.put("connectionsLost", lost);
            figures.put("pauses", pauses.figures());
            return figures;
        }

        private String[] row() {
            return new String[] {
                name,
                Percentiles.millis(latencies, 50),
                p99.text(),
                Percentiles.millis(latencies, 99.9),
                Long.toString(missing),
                "%,d".formatted(notWritten),
                residentMebibytes.text(),
                "%,d (%,d refused)".formatted(messages, refused),
                catchUpSeconds.text(),
                Integer.toString(lost),
                pauses.text()
            };
        }
    }

    private final Contender on;
    private final LongSupplier notWritten;
    private final Api api;
    private final FanoutOptions options;
    private final List<String> users;
    private final Way allRead = new Way("all read", 0);
    private final Way someDoNot;
    private Integrity integrity = Integrity.of(Stream.of());
    private int phase;

    /**
     * @param notWritten broadcasts so far that a room did not write to a client, whose buffer was full
     * @param slow how many stop reading
     */
    SlowReaders(Contender on, LongSupplier notWritten, Api api, FanoutOptions options, int slow) {
        this.on = on;
        this.notWritten = notWritten;
        this.api = api;
        this.options = options;
        this.users = on.swarm().slow(slow).stream().map(Member::user).toList();
        on.swarm().slow(0);
        this.someDoNot = new Way("%,d stop reading".formatted(slow), slow);
    }

    /** One after the other. */
    void round(double seconds) throws InterruptedException {
        run(allRead, seconds);
        run(someDoNot, seconds);
    }

    /** The same, and its figures do not count. */
    void warmUp(double seconds) throws InterruptedException {
        run(new Way("", allRead.slow), seconds / 2);
        run(new Way("", someDoNot.slow), seconds / 2);
    }

    private void run(Way way, double seconds) throws InterruptedException {
        phase += KINDS;
        on.swarm().begin(phase, KINDS);
        on.swarm().slow(way.slow);
        Sends messages = new Sends(api, phase + 1, options.bodyBytes());
        long notWrittenBefore = notWritten.getAsLong();
        OpenLoop loop;
        try (Pace _ = Pace.start(MESSAGES_A_SECOND, due -> messages.send(users, due))) {
            loop = OpenLoop.go(on, phase, way.slow, options, seconds);
        }
        way.add(loop);
        way.notWritten += notWritten.getAsLong() - notWrittenBefore;
        way.residentMebibytes.add(resident());
        way.messages += messages.accepted();
        way.refused += messages.refused();
        catchUp(way, messages.accepted());
    }

    private void catchUp(Way way, long owed) {
        long begin = System.nanoTime();
        on.swarm().slow(0);
        Count count = on.swarm().await(now -> ofMessages(now) >= owed, PATIENCE);
        way.catchUpSeconds.add((System.nanoTime() - begin) / 1e9);
        way.lost += count.lost();
        integrity = integrity.and(new Integrity(owed - ofMessages(count), count.repeated(), count.outOfOrder()));
    }

    private static long ofMessages(Count count) {
        return count.kinds().get(1).deliveries();
    }

    private double resident() {
        return (double) on.side().servers().values().stream()
                        .mapToLong(Proc::residentBytes)
                        .sum()
                / MEBIBYTE;
    }

    Integrity integrity() {
        return integrity;
    }

    /** How many times the others' p99 it is where some do not read. */
    double p99Ratio() {
        return someDoNot.p99.median() / Math.max(0.001, allRead.p99.median());
    }

    /** Latencies of those who read, by way. */
    Map<String, Histogram> latencies() {
        Map<String, Histogram> both = new LinkedHashMap<>();
        both.put(allRead.name, allRead.latencies);
        both.put(someDoNot.name, someDoNot.latencies);
        return both;
    }

    List<Map<String, Object>> figures() {
        return List.of(allRead.figures(), someDoNot.figures());
    }

    List<String[]> rows() {
        return List.of(allRead.row(), someDoNot.row());
    }
}
