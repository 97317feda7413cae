package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what was accepted came soon: of the time that it took, those parts count in which nothing was broken and somebody
 * was there to have it.
 */
final class Lateness {
    private final long lateNanos;
    private final Presence presence;
    private final Spans faultless;
    private final Tally tally;
    private final Map<List<Endpoint>, Spans> counting = new HashMap<>();

    /** @param lateNanos what a message may take at the most */
    Lateness(long lateNanos, Presence presence, Spans faultless, Tally tally) {
        this.lateNanos = lateNanos;
        this.presence = presence;
        this.faultless = faultless;
        this.tally = tally;
    }

    /**
     * @param delivered for the first time
     * @param readers those that it might have come to as well
     */
    void check(Message message, Event.Delivered delivered, List<Endpoint> readers) {
        long from = message.answeredNanos();
        long to = delivered.atNanos();
        if (!message.isAccepted() || to - from <= lateNanos) {
            return;
        }
        long nanos = counting.computeIfAbsent(readers, some -> faultless.and(presence.of(some)))
                .nanosWithin(from, to);
        if (nanos > lateNanos) {
            tally.violation(
                    Kind.LATE,
                    "%s came to %s %.1f s after it was accepted, in %.1f s of which it was there and nothing was broken"
                            .formatted(message.text(), delivered.endpoint(), (to - from) / 1e9, nanos / 1e9));
        }
    }
}
