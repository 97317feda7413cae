package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What senders were answered. All that they send is right, so there is no reason to refuse it but that there is too much. */
final class SendCheck {
    private static final int TOO_MANY = 429;
    private static final String NEVER = "never answered";

    private final Messages messages;
    private final Spans faultless;
    private final Spans harmless;
    private final SpoolCheck spools;
    private final Backlogs backlogs;
    private final Tally tally;

    /**
     * @param faultless in which nothing is broken
     * @param harmless in which only such is that no send depends on
     */
    SendCheck(Messages messages, Spans faultless, Spans harmless, SpoolCheck spools, Backlogs backlogs, Tally tally) {
        this.messages = messages;
        this.faultless = faultless;
        this.harmless = harmless;
        this.spools = spools;
        this.backlogs = backlogs;
        this.tally = tally;
    }

    void answered(Event.Answered answer) {
        if (isWrong(answer.status())) {
            tally.violation(Kind.REFUSED_WRONGLY, answer.text() + ": " + answer.detail());
        } else if (answer.outcome() == Outcome.ACCEPTED && !answer.spooled() && answer.seq() == 0) {
            hasANumber(answer.text(), messages.of(answer.text()), answer.detail());
        }
    }

    /** What is for a user, and in no spool, is in its mailboxes. */
    private void hasANumber(String text, @Nullable Message message, String detail) {
        if (message != null && !message.audience().isBroadcast()) {
            tally.violation(Kind.OTHER_SEQ, text + " was accepted, and its sender was told of no seq: " + detail);
        }
    }

    /** The same as before, so the same answer, or none. */
    void repeated(Event.Repeated repeat) {
        Message message = messages.of(repeat.text());
        if (isWrong(repeat.status())) {
            tally.violation(Kind.REFUSED_WRONGLY, repeat.text() + ", accepted before, sent again: " + repeat.detail());
        } else if (repeat.isAccepted()) {
            tally.count(Count.REPEATS_ACCEPTED, 1);
            // What a spool has, has no number there, whatever it had before.
            if (repeat.spooled()) {
                return;
            }
            if (repeat.seq() == 0) {
                hasANumber(repeat.text(), message, "sent again, " + repeat.detail());
            } else if (message != null && message.seq() != repeat.seq()) {
                tally.violation(
                        Kind.OTHER_SEQ,
                        repeat.text() + " was accepted as seq " + message.seq() + ", and sent again as seq "
                                + repeat.seq());
            }
        }
    }

    void recalled(Event.Recalled recalled) {
        if (isWrong(recalled.status())) {
            tally.violation(Kind.REFUSED_WRONGLY, recalled.text() + ", recalled: " + recalled.detail());
        }
    }

    private static boolean isWrong(int status) {
        return status >= 400 && status < 500 && status != TOO_MANY;
    }

    /** @param inTime where nobody was answered, it is not over until the end of all */
    void end(List<Event> inTime) {
        long endNanos = inTime.isEmpty() ? 0 : inTime.getLast().atNanos();
        for (Message message : messages.all()) {
            long toNanos = message.answer() == null ? endNanos : message.answeredNanos();
            // In an outage a spool takes it at once, whatever is before it; when MySQL is back, it waits for that.
            long waitedNanos = Math.min(backlogs.nanos(message), faultless.nanosWithin(message.sentNanos(), toNanos));
            Spans served = spools.served(message).or(harmless);
            long nanos = served.nanosWithin(message.sentNanos(), toNanos) - waitedNanos;
            boolean whole = nanos == faultless.nanosWithin(message.sentNanos(), toNanos) - waitedNanos;
            served(message.text() + " was sent", nanos, Checker.LATE_NANOS, whole, told(message));
            servedThroughHarm(message, toNanos);
        }
        for (Recall recall : messages.recalls()) {
            Event.Recalled answer = recall.answer();
            long toNanos = answer == null ? endNanos : answer.atNanos();
            String told = answer == null ? NEVER : answer.detail();
            long nanos = faultless.nanosWithin(recall.beganNanos(), toNanos);
            served(recall.text() + " was asked for back", nanos, Checker.LATE_NANOS, true, told);
        }
    }

    private void servedThroughHarm(Message message, long toNanos) {
        long inHarm = harmless.nanosWithin(message.sentNanos(), toNanos);
        long nanos = inHarm - Math.min(backlogs.nanos(message), inHarm);
        served(message.text() + " was sent", nanos, Harmless.MOST_NANOS, false, told(message));
    }

    /**
     * @param nanos in which there was no reason not to do it
     * @param most how many of these it may take
     * @param whole whether nothing was broken then
     */
    private void served(String what, long nanos, long most, boolean whole, String told) {
        if (nanos > most) {
            tally.violation(
                    Kind.UNAVAILABLE,
                    "%s for %.1f s in which nothing was broken%s, and then %s"
                            .formatted(what, nanos / 1e9, whole ? "" : " that it depends on", told));
        }
    }

    private static String told(Message message) {
        Event.Answered answer = message.answer();
        return answer == null ? NEVER : answer.outcome() + ": " + answer.detail();
    }

    /** @param floor what it has to be at the least, for it to be a proof */
    void flowed(Floor floor) {
        long from = messages.all().stream().mapToLong(Message::sentNanos).min().orElse(0);
        long to = messages.all().stream()
                .mapToLong(message -> message.answer() == null ? message.sentNanos() : message.answeredNanos())
                .max()
                .orElse(0);
        double seconds = faultless.nanosWithin(from, to) / 1e9;
        atLeast(Count.ACCEPTED, floor.sends(), seconds);
        atLeast(Count.DELIVERED, floor.sends(), seconds);
        atLeast(Count.UPLINKS_TAKEN, floor.uplinks(), seconds);
    }

    private void atLeast(Count what, double perSecond, double seconds) {
        long least = Floor.least(perSecond, seconds);
        if (tally.count(what) < least) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: %,d (expected: %,d at the least, in %.1f s in which nothing was broken)"
                            .formatted(what.label(), tally.count(what), least, seconds));
        }
    }
}
