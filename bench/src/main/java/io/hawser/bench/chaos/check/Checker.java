package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whether the promises of {@code docs/guarantees.md} were kept in a history. What is unknown is taken as unknown: a message
 * without an answer may have come or not, and is neither lost nor never sent.
 */
public final class Checker {
    /** What a loaded machine may take at the most to deliver what it accepted, or had accepted when it was healed. */
    public static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Tally tally = new Tally();
    private final Messages messages;
    private final Map<Endpoint, MailboxCheck> mailboxes = new LinkedHashMap<>();
    private final UplinkCheck uplinks = new UplinkCheck(tally);

    private Checker(Cast cast, List<Event> events) {
        List<Event> inTime =
                events.stream().sorted(Comparator.comparingLong(Event::atNanos)).toList();
        messages = new Messages(inTime);
        Lateness lateness = new Lateness(new Absences(inTime), new Faultless(inTime), tally);
        cast.endpoints()
                .forEach(endpoint ->
                        mailboxes.put(endpoint, new MailboxCheck(endpoint, cast, messages, lateness, tally)));
        inTime.forEach(this::take);
    }

    /** @param events of a whole run, after everything was healed and all that was owed had its time to come */
    public static Verdict check(Cast cast, List<Event> events) {
        Checker checker = new Checker(cast, events);
        checker.end();
        return checker.tally.verdict();
    }

    /** Whether all that was promised before that moment has come. */
    public static boolean isComplete(Cast cast, List<Event> events, long beforeNanos) {
        Checker checker = new Checker(cast, events);
        return checker.uplinks.isComplete(beforeNanos)
                && checker.mailboxes.values().stream().allMatch(mailbox -> mailbox.isComplete(beforeNanos));
    }

    private void take(Event event) {
        switch (event) {
            case Event.Delivered delivered -> delivered(delivered);
            case Event.Crashed crash -> of(crash.endpoint()).crashed(crash);
            case Event.Offered offer -> uplinks.offered(offer);
            case Event.Queued queued -> uplinks.queued(queued);
            case Event.Stored stored -> uplinks.stored(stored);
            case Event.Taken taken -> uplinks.taken(taken);
            case Event.Ended ended -> tally.count(Count.WIRE_DUPLICATES, ended.wireDuplicates());
            case Event.Reset reset -> tally.violation(Kind.RESET, reset.endpoint() + ": " + reset.what());
            case Event.Sessions sessions -> sessions(sessions);
            case Event.Sent _, Event.Answered _ -> {
                // In messages.
            }
            case Event.State _, Event.Leaving _, Event.Struck _, Event.Healed _ -> {
                // Promised to nobody.
            }
        }
    }

    private void delivered(Event.Delivered delivered) {
        MailboxCheck mailbox = mailboxes.get(delivered.endpoint());
        if (mailbox == null) {
            tally.violation(
                    Kind.MISDELIVERED, delivered.text() + " at " + delivered.endpoint() + ", who takes no part");
        } else {
            mailbox.delivered(delivered);
        }
    }

    private void sessions(Event.Sessions sessions) {
        if (sessions.live() > 1) {
            tally.violation(Kind.SECOND_SESSION, sessions.endpoint() + " has " + sessions.live());
        } else if (sessions.live() < 1) {
            tally.violation(Kind.NO_SESSION, sessions.endpoint() + " has none");
        }
    }

    private MailboxCheck of(Endpoint endpoint) {
        MailboxCheck mailbox = mailboxes.get(endpoint);
        if (mailbox == null) {
            throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: one of the cast)");
        }
        return mailbox;
    }

    private void end() {
        mailboxes.values().forEach(MailboxCheck::end);
        uplinks.end();
        tally.count(Count.ACCEPTED, messages.count(Outcome.ACCEPTED));
        tally.count(Count.REFUSED, messages.count(Outcome.REFUSED));
        tally.count(Count.UNKNOWN, messages.count(Outcome.UNKNOWN));
    }
}
