package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Event;
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
    private @Nullable Message sentLatest;

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
        Message latest = sentLatest;
        if (latest != null && wasAcceptedBefore(message, latest) && !mayBeOvertaken(message, delivered)) {
            tally.violation(
                    Kind.OUT_OF_ORDER, told + " after " + latest.text() + ", which was sent when it had been accepted");
        }
        if (latest == null || message.sentNanos() > latest.sentNanos()) {
            sentLatest = message;
        }
    }

    private static boolean wasAcceptedBefore(Message message, Message latest) {
        return message.isAccepted() && message.answeredNanos() < latest.sentNanos();
    }

    private boolean mayBeOvertaken(Message message, Event.Delivered delivered) {
        return handovers.mayHaveDelayed(message, delivered.atNanos());
    }
}
