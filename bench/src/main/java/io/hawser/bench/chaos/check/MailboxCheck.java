package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one endpoint's listener was handed, in the order in which it was: its mailbox's messages and its broadcasts. Of a
 * mailbox that it shares it is owed what no other of its {@link Readers} had; of broadcasts all that are for it.
 */
final class MailboxCheck {
    private final Endpoint endpoint;
    private final Readers readers;
    private final Cast cast;
    private final Messages messages;
    private final Lateness lateness;
    private final Worth worth;
    private final MailboxOrder order;
    private final Settlement settlement;
    private final Tally tally;
    private final Map<String, Event.Delivered> newest = new HashMap<>();
    private final Set<Integer> crashed = new HashSet<>();
    private final Map<Integer, InHand> inHand = new HashMap<>();
    private final Map<Integer, Long> beganNanos = new HashMap<>();

    MailboxCheck(
            Endpoint endpoint,
            Readers readers,
            Cast cast,
            Messages messages,
            Lateness lateness,
            Worth worth,
            MailboxOrder order,
            Settlement settlement,
            Tally tally) {
        this.endpoint = endpoint;
        this.readers = readers;
        this.cast = cast;
        this.messages = messages;
        this.lateness = lateness;
        this.worth = worth;
        this.order = order;
        this.settlement = settlement;
        this.tally = tally;
    }

    void crashed(Event.Crashed crash) {
        crashed.add(crash.life());
        tally.count(Count.CRASHES, 1);
    }

    /** A life begins with its first. */
    void state(Event.State state) {
        beganNanos.putIfAbsent(state.life(), state.atNanos());
    }

    void bodiless(Event.Bodiless bodiless) {
        tally.violation(Kind.BODY_LOST, bodiless.hint() + " at " + endpoint + " (life " + bodiless.life() + ")");
    }

    void delivered(Event.Delivered delivered) {
        Event.Delivered before = newest.put(delivered.text(), delivered);
        if (before == null) {
            forTheFirstTime(delivered);
        } else if (mayComeAgain(before, delivered)) {
            tally.count(Count.REDELIVERED, 1);
        } else {
            tally.violation(Kind.DUPLICATED, told(before) + ", and again " + told(delivered));
        }
        inHand(delivered.life()).delivered(delivered, isNotification(delivered));
    }

    private InHand inHand(int life) {
        return inHand.computeIfAbsent(life, first -> new InHand());
    }

    private boolean isNotification(Event.Delivered delivered) {
        Message message = messages.of(delivered.text());
        return message != null && message.terms().pulled();
    }

    /** All broadcasts that it was owed have come, or are lost. */
    void end() {
        accepted()
                .forEach(broadcast -> settlement.settle(
                        broadcast,
                        messages.excuse(broadcast),
                        newest.containsKey(broadcast.text()),
                        List.of(endpoint)));
    }

    /** Whether there is nothing, accepted before then, that {@link #end} would miss. */
    boolean isComplete(long beforeNanos) {
        return accepted()
                .filter(broadcast -> broadcast.answeredNanos() < beforeNanos && !newest.containsKey(broadcast.text()))
                .allMatch(broadcast -> messages.excuse(broadcast) != null);
    }

    private Stream<Message> accepted() {
        return messages.accepted(audience -> audience.isBroadcast() && cast.isFor(audience, endpoint));
    }

    private void forTheFirstTime(Event.Delivered delivered) {
        Message message = messages.of(delivered.text());
        if (message == null || message.sentNanos() > delivered.atNanos()) {
            tally.violation(Kind.NEVER_SENT, told(delivered));
            return;
        }
        if (!cast.isFor(message.audience(), endpoint)) {
            tally.violation(Kind.MISDELIVERED, "sent to " + message.audience() + ", " + told(delivered));
            return;
        }
        if (message.outcome() == Outcome.REFUSED) {
            tally.violation(Kind.REFUSED_YET_DELIVERED, told(delivered));
        }
        worth.check(message, delivered, beganNanos.get(delivered.life()));
        tally.count(Count.BODIES, message.terms().pulled() ? 1 : 0);
        if (message.audience().isBroadcast()) {
            forTheFirstTime(delivered, message, List.of(endpoint));
            return;
        }
        if (readers.had(message, delivered)) {
            forTheFirstTime(delivered, message, readers.endpoints());
        } else {
            tally.count(Count.DELIVERED_TO_ANOTHER_DEVICE, 1);
        }
        underItsNumber(delivered, message);
        if (!message.terms().pulled()) {
            order.next(delivered, message, told(delivered));
        }
    }

    private void forTheFirstTime(Event.Delivered delivered, Message message, List<Endpoint> to) {
        tally.count(Count.DELIVERED, 1);
        tally.count(Count.DELIVERED_THOUGH_UNKNOWN, message.outcome() == Outcome.UNKNOWN ? 1 : 0);
        lateness.check(message, delivered, to);
    }

    private void underItsNumber(Event.Delivered delivered, Message message) {
        if (message.seq() != 0) {
            tally.count(Count.SEQS_COMPARED, 1);
            if (message.seq() != delivered.seq()) {
                tally.violation(Kind.OTHER_SEQ, told(delivered) + ", and its sender was told of seq " + message.seq());
            }
        }
    }

    /** What the listener may have had in its hands when its process was killed, flagged. */
    private boolean mayComeAgain(Event.Delivered before, Event.Delivered again) {
        return again.redelivered()
                && again.life() > before.life()
                && crashed.contains(before.life())
                && inHand(before.life()).mayBe(before, isNotification(before));
    }

    private String told(Event.Delivered delivered) {
        return delivered.text() + " at " + endpoint + " (life " + delivered.life()
                + (delivered.seq() == 0 ? ", broadcast" : ", seq " + delivered.seq())
                + (delivered.redelivered() ? ", flagged redelivered)" : ")");
    }
}
