package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.List;

/**
 * Whether what was accepted came soon: of the time that it took, those parts count in which nothing was broken and somebody
 * was there to have it.
 */
final class Lateness {
    private final long lateNanos;
    private final Calm calm;
    private final Backlogs backlogs;
    private final Tally tally;

    /**
     * @param lateNanos what a message may take at the most, once a spool has none before it
     */
    Lateness(long lateNanos, Calm calm, Backlogs backlogs, Tally tally) {
        this.lateNanos = lateNanos;
        this.calm = calm;
        this.backlogs = backlogs;
        this.tally = tally;
    }

    /**
     * @param delivered for the first time
     * @param readers those that it might have come to as well
     */
    void check(Message message, Event.Delivered delivered, List<Endpoint> readers) {
        long from = message.answeredNanos();
        long to = delivered.atNanos();
        long mayTakeNanos = lateNanos + (message.isSpooled() ? backlogs.nanos(message) : 0);
        if (!message.isAccepted() || to - from <= mayTakeNanos) {
            return;
        }
        long nanos = calm.of(readers).nanosWithin(from, to);
        if (nanos > mayTakeNanos) {
            tally.violation(
                    Kind.LATE,
                    "%s came to %s %.1f s after it was accepted, in %.1f s of which it was there and nothing was broken"
                            .formatted(message.text(), delivered.endpoint(), (to - from) / 1e9, nanos / 1e9));
        }
    }
}
