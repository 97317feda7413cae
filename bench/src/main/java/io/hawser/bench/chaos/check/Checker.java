package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
    /** What a loaded machine may take at the most, while nothing is broken, to accept something, and to deliver it. */
    public static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Tally tally = new Tally();
    private final List<Event> inTime;
    private final Messages messages;
    private final List<Readers> readers = new ArrayList<>();
    private final Map<Endpoint, MailboxCheck> mailboxes = new LinkedHashMap<>();
    private final UplinkCheck uplinks = new UplinkCheck(tally);
    private final SendCheck sends;
    private final SpoolCheck spools;
    private final SessionCheck sessions;
    private final ShortLives shortLives;

    private Checker(Cast cast, List<Event> events, long nowNanos, long lateNanos) {
        inTime = inTime(events);
        Spans faultless = Faultless.of(inTime);
        Spans harmless =
                Faultless.of(inTime, fault -> !Harmless.toSenders(fault)).and(faultless.not());
        messages = new Messages(inTime, faultless, nowNanos);
        Backlogs backlogs = new Backlogs(cast, messages);
        spools = new SpoolCheck(cast, messages, backlogs, faultless, inTime, tally);
        sends = new SendCheck(messages, faultless, harmless, spools, backlogs, tally);
        sessions = new SessionCheck(cast, faultless, tally);
        Calm calm = new Calm(new Presence(inTime), faultless);
        Lateness lateness = new Lateness(lateNanos, calm, backlogs, tally);
        shortLives = new ShortLives(calm, tally);
        Settlement settlement = new Settlement(shortLives, tally);
        Worth worth = new Worth(messages, faultless, tally);
        Handovers handovers = new Handovers(inTime);
        for (List<Endpoint> some : cast.readers()) {
            Readers together = new Readers(some, cast, messages, handovers, settlement);
            readers.add(together);
            some.forEach(endpoint -> mailboxes.put(
                    endpoint,
                    new MailboxCheck(
                            endpoint,
                            together,
                            cast,
                            messages,
                            lateness,
                            worth,
                            new MailboxOrder(handovers, tally),
                            settlement,
                            tally)));
        }
        inTime.forEach(this::take);
    }

    /**
     * @param events of a whole run, after everything was healed and all that was owed had its time to come
     * @param floor how much has to have flowed
     * @param lateNanos what a message may take at the most, while nothing is broken, to come
     */
    public static Verdict check(Cast cast, List<Event> events, Floor floor, long lateNanos) {
        long endNanos = events.stream().mapToLong(Event::atNanos).max().orElse(0);
        Checker checker = new Checker(cast, events, endNanos, lateNanos);
        checker.end(floor);
        return checker.tally.verdict();
    }

    /**
     * Whether all that was promised before that moment has come: messages to every mailbox, uplinks, and broadcasts to these.
     *
     * @param nowNanos what has worth until before need not
     * @param broadcastsTo those that were there: who shares a mailbox has them when it is its turn
     */
    public static boolean isComplete(
            Cast cast, List<Event> events, long beforeNanos, long nowNanos, Collection<Endpoint> broadcastsTo) {
        Checker checker = new Checker(cast, events, nowNanos, LATE_NANOS);
        return checker.uplinks.isComplete(beforeNanos)
                && checker.readers.stream().allMatch(some -> some.isComplete(beforeNanos))
                && broadcastsTo.stream()
                        .allMatch(endpoint -> checker.of(endpoint).isComplete(beforeNanos));
    }

    /** Whether of each app something that was begun after that moment has been accepted. */
    public static boolean serves(Cast cast, List<Event> events, long afterNanos) {
        return new Messages(events, Spans.always(), afterNanos)
                .appsThatAccepted(afterNanos)
                .containsAll(cast.policies().keySet());
    }

    /** How long it may take, once all is well, until spools have none left of what was sent since that moment. */
    public static Duration emptying(Cast cast, List<Event> events, long sinceNanos) {
        Messages messages = new Messages(inTime(events), Spans.always(), sinceNanos);
        Backlogs backlogs = new Backlogs(cast, messages);
        return Duration.ofNanos(messages.all().stream()
                .filter(message -> message.sentNanos() > sinceNanos)
                .mapToLong(backlogs::nanos)
                .max()
                .orElse(0));
    }

    /** As they happened. */
    static List<Event> inTime(List<Event> events) {
        return events.stream().sorted(Comparator.comparingLong(Event::atNanos)).toList();
    }

    private void take(Event event) {
        switch (event) {
            case Event.Delivered delivered -> delivered(delivered);
            case Event.Crashed crash -> {
                of(crash.endpoint()).crashed(crash);
                sessions.ended(crash.endpoint(), crash.atNanos(), crash.life());
            }
            case Event.Answered answer -> {
                sends.answered(answer);
                spools.answered(answer);
            }
            case Event.Repeated repeat -> {
                sends.repeated(repeat);
                spools.repeated(repeat);
            }
            case Event.Offered offer -> uplinks.offered(offer);
            case Event.Queued queued -> uplinks.queued(queued);
            case Event.Stored stored -> uplinks.stored(stored);
            case Event.Taken taken -> uplinks.taken(taken);
            case Event.Ended ended -> {
                tally.count(Count.WIRE_DUPLICATES, ended.wireDuplicates());
                sessions.ended(ended.endpoint(), ended.atNanos(), ended.life());
            }
            case Event.Reset reset -> tally.violation(Kind.RESET, reset.endpoint() + ": " + reset.what());
            case Event.State state -> {
                of(state.endpoint()).state(state);
                sessions.state(state);
            }
            case Event.Bodiless bodiless -> of(bodiless.endpoint()).bodiless(bodiless);
            case Event.Recalled recalled -> sends.recalled(recalled);
            case Event.Leaving leaving -> sessions.leaving(leaving.endpoint(), leaving.atNanos(), leaving.life());
            case Event.Sessions live -> sessions.sessions(live);
            case Event.Overdue overdue ->
                tally.violation(
                        Kind.OVERDUE,
                        "what was promised before fault %d, %s, was healed had not all come, or an app was not served, when the next could wait no more"
                                .formatted(overdue.number(), overdue.fault()));
            case Event.Instance instance -> instance(instance);
            case Event.Sent _,
                    Event.Recalling _,
                    Event.Paused _,
                    Event.Resumed _,
                    Event.Struck _,
                    Event.Healed _,
                    Event.Reborn _ -> {
                // In messages, in who is there, and in the times in which nothing was broken.
            }
        }
    }

    /** Stores may end as they see fit, as InnoDB does where a rollback finds no room: what they hold has to be there after. */
    private void instance(Event.Instance instance) {
        if (instance.mostBytes() == 0) {
            return;
        }
        if (instance.restarts() > instance.killed()) {
            tally.violation(
                    Kind.DIED,
                    "%s ended %d times, and was killed %d times"
                            .formatted(instance.name(), instance.restarts(), instance.killed()));
        }
        if (instance.residentBytes() > instance.mostBytes()) {
            tally.violation(
                    Kind.TOO_BIG,
                    "%s has %,d bytes of memory (expected: at most %,d)"
                            .formatted(instance.name(), instance.residentBytes(), instance.mostBytes()));
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

    private MailboxCheck of(Endpoint endpoint) {
        MailboxCheck mailbox = mailboxes.get(endpoint);
        if (mailbox == null) {
            throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: one of the cast)");
        }
        return mailbox;
    }

    private void end(Floor floor) {
        readers.forEach(Readers::end);
        mailboxes.values().forEach(MailboxCheck::end);
        shortLives.end();
        uplinks.end();
        sends.end(inTime);
        sessions.end(inTime.isEmpty() ? 0 : inTime.getLast().atNanos());
        tally.count(Count.ACCEPTED, messages.count(Outcome.ACCEPTED));
        tally.count(Count.REFUSED, messages.count(Outcome.REFUSED));
        tally.count(Count.UNKNOWN, messages.count(Outcome.UNKNOWN));
        sends.flowed(floor);
        spools.end(floor);
    }
}
