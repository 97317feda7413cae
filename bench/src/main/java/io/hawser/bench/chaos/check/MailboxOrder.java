package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Event;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * In which order a listener was handed its mailbox's messages. That is checked twice: by {@code seq}, and by what senders saw. A
 * message that was accepted before another one was even sent has to come before it; of those that were under way at the same time
 * either may be first.
 */
final class MailboxOrder {
    private final Handovers handovers;
    private final Tally tally;
    private long highestSeq;
    /** Those that it was handed, by when they were sent. */
    private final NavigableMap<Long, Message> handed = new TreeMap<>();

    MailboxOrder(Handovers handovers, Tally tally) {
        this.handovers = handovers;
        this.tally = tally;
    }

    /**
     * @param delivered for the first time
     * @param told what there is to tell of that
     */
    void next(Event.Delivered delivered, Message message, String told) {
        if (delivered.seq() <= highestSeq) {
            tally.violation(Kind.OUT_OF_ORDER, told + " after seq " + highestSeq);
        }
        highestSeq = Math.max(highestSeq, delivered.seq());
        Message overtaker = message.isAccepted() ? overtaker(message, delivered.atNanos()) : null;
        if (overtaker != null) {
            tally.violation(
                    Kind.OUT_OF_ORDER,
                    told + " after " + overtaker.text() + ", which was sent when it had been accepted");
        }
        handed.put(message.sentNanos(), message);
    }

    /** The latest that it had to come before; null: there is none. What one excuses says nothing of the others. */
    private @Nullable Message overtaker(Message message, long deliveredNanos) {
        return handed.tailMap(message.answeredNanos(), false).descendingMap().values().stream()
                .filter(other -> !handovers.mayHaveDelayed(message, other, deliveredNanos))
                .findFirst()
                .orElse(null);
    }
}
