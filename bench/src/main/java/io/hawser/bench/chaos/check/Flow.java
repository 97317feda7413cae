package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a run flowed, second by second, and how it recovered from each fault. */
public final class Flow {
    private static final long SLOW_NANOS = 1_000_000_000;
    private static final double NANOS_A_SECOND = 1e9;
    private static final Spans.Span EVER = new Spans.Span(Long.MIN_VALUE, Long.MAX_VALUE);

    private final List<Arrival> arrivals = new ArrayList<>();
    private final Map<Integer, Event.Struck> strikes = new TreeMap<>();
    private final Map<Integer, Long> healedNanos = new TreeMap<>();
    private final Map<Endpoint, List<Endpoint>> readers = new HashMap<>();
    private final Map<List<Endpoint>, Mailbox> mailboxes = new HashMap<>();
    private final Map<Audience, List<Mailbox>> copies = new HashMap<>();
    private final Cast cast;
    private final Messages messages;
    private final Handovers handovers;
    private final Presence presence;
    private final List<Event> inTime;
    private final long beginNanos;
    private final int seconds;

    /**
     * A message that came to a mailbox for the first time, or a broadcast to an endpoint.
     *
     * @param to where it came; of a broadcast, an endpoint's own
     * @param counts whether its delay says something: there was somebody to have it, all the time
     * @param there when there was somebody to have it
     */
    private record Arrival(Message message, Mailbox to, long atNanos, boolean counts, Spans there) {
        /** How long somebody was there to have it after its sender was answered, which a push may come before. */
        long waitedNanos() {
            return waitedNanos(EVER);
        }

        /** How much of that was in this time. */
        long waitedNanos(Spans.Span time) {
            long from = Math.max(time.fromNanos(), message.answeredNanos());
            return message.isAccepted() ? there.nanosWithin(from, Math.min(time.toNanos(), atNanos)) : 0;
        }

        boolean isSlow() {
            return counts && atNanos - message.sentNanos() > SLOW_NANOS;
        }

        boolean isOwed() {
            return message.isAccepted() && to.excuse(message) == null;
        }
    }

    public Flow(Cast cast, List<Event> events) {
        this.cast = cast;
        inTime = Checker.inTime(events);
        long endNanos = inTime.isEmpty() ? 0 : inTime.getLast().atNanos();
        messages = new Messages(inTime, Faultless.of(inTime), endNanos);
        handovers = new Handovers(inTime);
        beginNanos = inTime.isEmpty() ? 0 : inTime.getFirst().atNanos();
        seconds = inTime.isEmpty() ? 1 : second(inTime.getLast().atNanos()) + 1;
        presence = new Presence(inTime);
        cast.readers().forEach(some -> some.forEach(endpoint -> readers.put(endpoint, some)));
        for (Event event : inTime) {
            switch (event) {
                case Event.Delivered delivered -> arrived(delivered);
                case Event.Struck struck -> strikes.put(struck.number(), struck);
                case Event.Healed healed -> healedNanos.put(healed.number(), healed.atNanos());
                default -> {
                    // Nothing flows by it.
                }
            }
        }
    }

    private void arrived(Event.Delivered delivered) {
        Message message = messages.of(delivered.text());
        if (message == null) {
            return;
        }
        List<Endpoint> alone = List.of(delivered.endpoint());
        List<Endpoint> to =
                message.audience().isBroadcast() ? alone : readers.getOrDefault(delivered.endpoint(), alone);
        Mailbox mailbox = mailbox(to);
        if (mailbox.had(message, delivered)) {
            Spans there = presence.of(to);
            boolean counts = there.cover(message.sentNanos(), delivered.atNanos());
            arrivals.add(new Arrival(message, mailbox, delivered.atNanos(), counts, there));
        }
    }

    private Mailbox mailbox(List<Endpoint> to) {
        return mailboxes.computeIfAbsent(to, first -> new Mailbox(messages, handovers));
    }

    /** Where its copies are to come. */
    private List<Mailbox> copies(Message message) {
        return copies.computeIfAbsent(
                message.audience(),
                some -> cast.copies(some).stream().map(this::mailbox).toList());
    }

    /** By fault, in their order. */
    public List<Recovery> recoveries() {
        List<Spans.Span> times = times();
        Map<Spans.Span, Long> longest = longestDeliveries(times);
        List<Recovery> recoveries = new ArrayList<>();
        for (Event.Struck struck : strikes.values()) {
            Spans.Span time = times.get(recoveries.size());
            recoveries.add(recovery(struck, time, longest.getOrDefault(time, 0L)));
        }
        return recoveries;
    }

    /** Of each fault, in their order: from its strike to the next. */
    private List<Spans.Span> times() {
        List<Long> all = strikes.values().stream().map(Event.Struck::atNanos).toList();
        List<Spans.Span> times = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            times.add(new Spans.Span(all.get(i), i + 1 < all.size() ? all.get(i + 1) : Long.MAX_VALUE));
        }
        return times;
    }

    /** A delivery is the fault's in whose time it waited longest, also if it was accepted under the one before: all of it. */
    private Map<Spans.Span, Long> longestDeliveries(List<Spans.Span> times) {
        Map<Spans.Span, Long> longest = new HashMap<>();
        List<Spans.Span> all = new ArrayList<>(times);
        if (!times.isEmpty()) {
            all.add(new Spans.Span(Long.MIN_VALUE, times.getFirst().fromNanos()));
        }
        for (Arrival one : arrivals) {
            all.stream()
                    .filter(time -> one.waitedNanos(time) > 0)
                    .max(Comparator.comparingLong(one::waitedNanos))
                    .ifPresent(time -> longest.merge(time, one.waitedNanos(), Math::max));
        }
        return longest;
    }

    private Recovery recovery(Event.Struck struck, Spans.Span time, long longestDeliveryNanos) {
        List<Arrival> slow = arrivals.stream()
                .filter(one -> time.has(one.atNanos()) && one.isSlow())
                .toList();
        List<Message> accepted = messages.all().stream()
                .filter(message -> message.isAccepted() && time.has(message.answeredNanos()))
                .toList();
        return new Recovery(
                struck.number(),
                struck.fault(),
                struck.what(),
                struck.atNanos(),
                healedNanos.getOrDefault(struck.number(), struck.atNanos()),
                slow.stream().mapToLong(Arrival::atNanos).max().orElse(struck.atNanos()),
                slow.size(),
                longestDeliveryNanos,
                accepted.stream().mapToLong(this::lost).sum(),
                longestSend(accepted),
                accepted.stream().filter(Message::isSpooled).count());
    }

    private long lost(Message accepted) {
        return copies(accepted).stream().filter(to -> to.lacks(accepted)).count();
    }

    private static long longestSend(List<Message> accepted) {
        return accepted.stream()
                .mapToLong(message -> message.answeredNanos() - message.sentNanos())
                .max()
                .orElse(0);
    }

    /** Seconds from the run's first event. */
    public double seconds(long atNanos) {
        return (atNanos - beginNanos) / NANOS_A_SECOND;
    }

    /** Messages and uplinks by second. */
    public Map<String, double[]> throughput() {
        double[] accepted = new double[seconds];
        double[] delivered = new double[seconds];
        double[] uplinks = new double[seconds];
        for (Event event : inTime) {
            switch (event) {
                case Event.Answered answered ->
                    accepted[second(answered.atNanos())] += answered.outcome() == Outcome.ACCEPTED ? 1 : 0;
                case Event.Delivered one -> delivered[second(one.atNanos())]++;
                case Event.Taken taken -> uplinks[second(taken.atNanos())]++;
                default -> {
                    // Not counted.
                }
            }
        }
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put("accepted", accepted);
        lines.put("delivered", delivered);
        lines.put("uplinks taken", uplinks);
        return lines;
    }

    /** Milliseconds from sending to the listener, of what came in each second to endpoints that were there. */
    public Map<String, double[]> latencies() {
        Map<Integer, List<Double>> bySecond = new TreeMap<>();
        arrivals.stream()
                .filter(Arrival::counts)
                .forEach(one -> bySecond.computeIfAbsent(second(one.atNanos()), second -> new ArrayList<>())
                        .add((one.atNanos() - one.message().sentNanos()) / 1e6));
        double[] median = new double[seconds];
        double[] worst = new double[seconds];
        bySecond.forEach((second, millis) -> {
            List<Double> sorted = millis.stream().sorted().toList();
            median[second] = sorted.get(sorted.size() / 2);
            worst[second] = sorted.getLast();
        });
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put("longest", worst);
        lines.put("median", median);
        return lines;
    }

    /** At the end of each second: copies of accepted messages that have not come to their endpoint yet. */
    public double[] inFlight() {
        double[] change = new double[seconds];
        for (Event event : inTime) {
            if (event instanceof Event.Answered answered) {
                Message message = messages.of(answered.text());
                if (message != null && message.isAccepted()) {
                    change[second(answered.atNanos())] += copies(message).stream()
                            .filter(to -> to.excuse(message) == null)
                            .count();
                }
            }
        }
        arrivals.stream().filter(Arrival::isOwed).forEach(one -> change[second(one.atNanos())]--);
        double now = 0;
        for (int second = 0; second < change.length; second++) {
            now += change[second];
            change[second] = Math.max(0, now);
        }
        return change;
    }

    private int second(long atNanos) {
        return (int) seconds(atNanos);
    }
}
