package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a spool accepts: what is sent to users of apps that are available, while MySQL is out, and nothing else. That it comes is checked
 * as of all that was accepted.
 */
final class SpoolCheck {
    /** MySQL is out from the beginning to the end, and nothing else is broken. */
    private static final Set<String> OUTAGES = Set.of("mysql-paused", "mysql-down", "mysql-away");

    private static final String FULL_DISK = "saver-disk-full";
    /** What befalls spools: it proves nothing where nothing is in one. */
    static final Set<String> BEFALL_SPOOLS = Set.of(FULL_DISK, "spooling-saver-killed", "saver-power-lost");
    /** In which something is spooled before it does: where so little is sent that a fifth of it makes not one in that time, nothing is said. */
    private static final double SPOOLED_FIRST_SECONDS = Handovers.SPOOLED_FIRST_NANOS / 1e9;

    /** Whose send takes so much of that, several attempts, and until there may be room again, was turned away: callers are not told by what. */
    private static final long TURNED_AWAY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** There is room no sooner: MySQL is out for a while, then the disks are full. */
    static final long ROOM_AGAIN_NANOS = Handovers.SPOOLED_FIRST_NANOS + TimeUnit.SECONDS.toNanos(30);
    /**
     * Spools may accept so many in such a fault with nobody turned away: before the disks are full, and when there is room, with all that
     * a slow machine takes to stop MySQL and to start it; and some 15 a saver that fit into the last block of its file.
     */
    private static final int MAY_BE_ACCEPTED = 80;

    /** After a healing in which spools may be used still. */
    private static final long SETTLES_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Of so many one at the least does what most do. */
    private static final int FEWER_ARE_CHANCE = 20;

    private final Cast cast;
    private final Messages messages;
    private final Backlogs backlogs;
    private final Spans faultless;
    private final Spans servedBySpools;
    private final Strikes strikes;
    private final Tally tally;

    SpoolCheck(Cast cast, Messages messages, Backlogs backlogs, Spans faultless, List<Event> inTime, Tally tally) {
        this.cast = cast;
        this.messages = messages;
        this.backlogs = backlogs;
        this.faultless = faultless;
        this.servedBySpools = Faultless.of(inTime, fault -> !OUTAGES.contains(fault));
        this.strikes = Strikes.of(inTime, BEFALL_SPOOLS);
        this.tally = tally;
    }

    /** When there is no reason not to accept it. */
    Spans served(Message message) {
        return maySpool(message) && !backlogs.isBehindAsManyAsThereMayBe(message) ? servedBySpools : faultless;
    }

    void answered(Event.Answered answer) {
        answered(answer.text(), answer.spooled(), answer.seq(), answer.detail());
    }

    void repeated(Event.Repeated repeat) {
        answered(repeat.text(), repeat.spooled(), repeat.seq(), repeat.detail());
    }

    private void answered(String text, boolean spooled, long seq, String detail) {
        Message message = messages.of(text);
        if (spooled && (seq != 0 || message == null || !maySpool(message))) {
            tally.violation(Kind.SPOOLED_WRONGLY, text + ": " + detail);
        }
    }

    private boolean maySpool(Message message) {
        return cast.maySpool(message.audience(), message.terms());
    }

    /** @param floor what it has to be at the least, for it to be a proof */
    void end(Floor floor) {
        List<Message> spooled =
                messages.all().stream().filter(Message::isSpooled).toList();
        tally.count(Count.ACCEPTED_BY_A_SPOOL, spooled.size());
        tally.count(
                Count.NAMED_BY_A_REPEAT,
                spooled.stream().filter(message -> message.seq() != 0).count());
        tally.count(
                Count.SPOOLED_IN_CALM,
                spooled.stream()
                        .filter(message -> faultless.has(message.answeredNanos()))
                        .count());
        outagesWereUsed(spooled, floor);
        someWereNamed(spooled);
        if (floor.spooled() * SPOOLED_FIRST_SECONDS >= 1) {
            strikes.list().forEach(strike -> befellSomething(strike, spooled));
        }
        strikes.list().stream()
                .filter(strike -> strike.fault().equals(FULL_DISK))
                .forEach(strike -> somebodyWasTurnedAway(strike, spooled));
        mySqlServesInCalm();
    }

    private void somebodyWasTurnedAway(Strikes.Strike full, List<Message> spooled) {
        long away = messages.all().stream()
                .filter(message -> wasTurnedAway(message, full.time()))
                .count();
        tally.count(Count.TURNED_AWAY_BY_A_FULL_DISK, away);
        long accepted = spooled.stream()
                .filter(message -> full.time().has(message.answeredNanos()))
                .count();
        if (away == 0 && accepted > MAY_BE_ACCEPTED) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "nobody was turned away by a spool in fault %d, %s, and %,d were accepted (expected: somebody, where more than %,d are)"
                            .formatted(full.number(), full.fault(), accepted, MAY_BE_ACCEPTED));
        }
    }

    private boolean wasTurnedAway(Message message, Spans.Span full) {
        Event.Answered answer = message.answer();
        return answer != null
                && maySpool(message)
                && answer.attempts() > 1
                && answer.atNanos() >= full.fromNanos() + ROOM_AGAIN_NANOS
                && Math.min(answer.atNanos(), full.toNanos()) - Math.max(message.sentNanos(), full.fromNanos())
                        > TURNED_AWAY_NANOS;
    }

    /** Else all that it promises beyond a spool's disk is not tried. */
    private void mySqlServesInCalm() {
        Spans calm = new Spans(faultless.list().stream()
                .filter(span -> span.fromNanos() != Long.MIN_VALUE && span.fromNanos() + SETTLES_NANOS < span.toNanos())
                .map(span -> new Spans.Span(span.fromNanos() + SETTLES_NANOS, span.toNanos()))
                .toList());
        List<Message> accepted = messages.all().stream()
                .filter(message -> message.isAccepted() && maySpool(message) && calm.has(message.answeredNanos()))
                .toList();
        long bySpools = accepted.stream().filter(Message::isSpooled).count();
        if (accepted.size() >= FEWER_ARE_CHANCE && bySpools * 2 > accepted.size()) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: %,d of %,d, %d s and more after a healing (expected: half of them at the most)"
                            .formatted(
                                    Count.SPOOLED_IN_CALM.label(),
                                    bySpools,
                                    accepted.size(),
                                    TimeUnit.NANOSECONDS.toSeconds(SETTLES_NANOS)));
        }
    }

    private void befellSomething(Strikes.Strike strike, List<Message> spooled) {
        if (spooled.stream().noneMatch(message -> strike.time().has(message.answeredNanos()))) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: none in fault %d, %s (expected: some, or it befell no spool that had anything)"
                            .formatted(Count.ACCEPTED_BY_A_SPOOL.label(), strike.number(), strike.fault()));
        }
    }

    /** Senders repeat what they were to repeat as soon as a newer one of the user's has a number, by which it is in the mailboxes. */
    private void someWereNamed(List<Message> spooled) {
        Map<Audience, Long> lastNamedNanos = new HashMap<>();
        messages.all().stream()
                .filter(message -> message.isAccepted() && !message.isSpooled())
                .forEach(message -> lastNamedNanos.merge(message.audience(), message.answeredNanos(), Math::max));
        long asked = spooled.stream()
                .filter(message -> message.isRepeated()
                        && lastNamedNanos.getOrDefault(message.audience(), 0L) > message.answeredNanos())
                .count();
        if (asked >= FEWER_ARE_CHANCE && tally.count(Count.NAMED_BY_A_REPEAT) == 0) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: none (expected: some, of %,d that were sent again when MySQL was back)"
                            .formatted(Count.NAMED_BY_A_REPEAT.label(), asked));
        }
    }

    private static double seconds(Spans spans) {
        return spans.nanosWithin(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2) / 1e9;
    }

    private void outagesWereUsed(List<Message> spooled, Floor floor) {
        Spans outages = servedBySpools.and(faultless.not());
        double seconds = seconds(outages);
        long least = Floor.least(floor.spooled(), seconds);
        long accepted = spooled.stream()
                .filter(message -> outages.has(message.answeredNanos()))
                .count();
        boolean tookAll = messages.all().stream().noneMatch(backlogs::isBehindAsManyAsThereMayBe);
        if (seconds > 0 && accepted < least && tookAll) {
            tally.violation(
                    Kind.TOO_LITTLE,
                    "%s: %,d (expected: %,d at the least, in %.1f s in which MySQL was out)"
                            .formatted(Count.ACCEPTED_BY_A_SPOOL.label(), accepted, least, seconds));
        }
    }
}
