package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * When slots may have gone from one saver to another. What the first has in its spool then comes behind what the next has taken of
 * the same user since; in all other times a mailbox's order is that of its senders, spooled or not.
 */
final class Handovers {
    /**
     * What ends a saver, or may end its session in ZooKeeper, by which it owns slots: where it stands still a session may be over
     * before it goes on, which a machine with much else to do decides.
     */
    static final Set<String> MOVE_SLOTS = Set.of(
            "saver-killed",
            "saver-stalled",
            "saver-paused",
            "saver-restarted",
            "spooling-saver-killed",
            "saver-power-lost",
            "saver-zookeeper-cut",
            "saver-to-zookeeper-cut",
            "zookeeper-to-saver-cut",
            "zookeeper-killed",
            "zookeeper-paused",
            "zookeeper-down",
            "zookeeper-away",
            "rolling-restart",
            "everything-power-lost");

    /** In which slots may go on to change, and spools to be emptied, after such a fault. */
    private static final long SETTLES_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** In these MySQL is stopped first, and what is spooled until then is all of one owner. */
    static final Set<String> SPOOLED_FIRST = Set.of("spooling-saver-killed", "saver-power-lost");
    /** It is so for that long, or longer. */
    static final long SPOOLED_FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A center may see a saver's life so much longer than it lasts: it asks before it believes that half of them are gone. */
    private static final long SEEN_LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Spans none;

    Handovers(List<Event> inTime) {
        Spans outside = Faultless.of(inTime, MOVE_SLOTS::contains);
        Spans first = new Spans(inTime.stream()
                .filter(event -> event instanceof Event.Struck struck && SPOOLED_FIRST.contains(struck.fault()))
                .map(struck -> new Spans.Span(struck.atNanos(), struck.atNanos() + SPOOLED_FIRST_NANOS))
                .toList());
        none = inTime.stream()
                .filter(Event.Reborn.class::isInstance)
                .map(reborn -> ended((Event.Reborn) reborn))
                .filter(span -> outside.cover(span.fromNanos(), span.toNanos()))
                .map(span -> new Spans(List.of(span)).not())
                .reduce(outside.or(first), Spans::and);
    }

    /** Within which a session ended. Of one that a fault ended it is known better when. */
    private static Spans.Span ended(Event.Reborn reborn) {
        return new Spans.Span(reborn.seenNanos() - SEEN_LATE_NANOS, reborn.atNanos());
    }

    /**
     * Whether a message that a spool has, or may have where nobody was told, and that came at that moment may have been overtaken by
     * another one: its slot may have changed between its own acceptance and that of the other.
     */
    boolean mayHaveDelayed(Message message, Message other, long deliveredNanos) {
        long untilNanos = Math.min(other.carriedOutNanos(), deliveredNanos);
        if (message.isSpooled()) {
            return !none.cover(message.answeredNanos() - SETTLES_NANOS, untilNanos);
        }
        return message.outcome() == Outcome.UNKNOWN && !none.cover(message.sentNanos() - SETTLES_NANOS, untilNanos);
    }
}
