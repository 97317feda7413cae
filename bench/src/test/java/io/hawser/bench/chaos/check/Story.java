package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.SessionPolicy;
import io.hawser.bench.chaos.history.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A history told in sentences, each of which happens a millisecond after the one before. */
final class Story {
    static final Endpoint PHONE = new Endpoint("app", "alice", "phone");
    static final Endpoint TABLET = new Endpoint("app", "alice", "tablet");
    static final Endpoint BOB = new Endpoint("app", "bob", "phone");
    /** Of an app that is available. */
    static final Endpoint NAMESAKE = new Endpoint("other", "alice", "phone");

    /** Of an app whose users have one mailbox each. */
    static final Endpoint CAROLS_PHONE = new Endpoint("shared", "carol", "phone");

    static final Endpoint CAROLS_PC = new Endpoint("shared", "carol", "pc");
    static final Audience CAROL = Audience.user("shared", "carol");
    static final Audience ALICE = Audience.user("app", "alice");
    static final Audience ALL = Audience.all("app");
    static final Audience RED = Audience.group("app", "red");

    private static final Cast CAST = new Cast(
            Map.of(
                    PHONE, Set.of("red"),
                    TABLET, Set.of(),
                    BOB, Set.of("red"),
                    NAMESAKE, Set.of("red"),
                    CAROLS_PHONE, Set.of(),
                    CAROLS_PC, Set.of()),
            Map.of(
                    "app", SessionPolicy.ONE_PER_DEVICE,
                    "other", SessionPolicy.ONE_PER_DEVICE_CLASS,
                    "shared", SessionPolicy.ONE_PER_USER),
            Set.of("other"));
    /** The one under which it comes, whichever that is. */
    private static final long ITS_SEQ = -1;
    /** Of what never comes. */
    private static final long FAR_SEQ = 1_000_000;

    private static final int TOO_MANY = 429;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Event> events = new ArrayList<>();
    private final Map<Endpoint, Integer> lives = new HashMap<>();
    private long nowNanos;
    private int strikes;
    private long lateNanos = Checker.LATE_NANOS;

    Story sent(Audience audience, String... texts) {
        for (String text : texts) {
            sent(audience, Terms.PLAIN, text);
        }
        return this;
    }

    Story sent(Audience audience, Terms terms, String text) {
        events.add(new Event.Sent(tick(), text, audience, terms));
        return this;
    }

    /** Sent so, and accepted. */
    Story told(Audience audience, Terms terms, String text) {
        return sent(audience, terms, text).accepted(text);
    }

    /** Its sender asks for it back. */
    Story recalling(String text) {
        events.add(new Event.Recalling(tick(), text));
        return this;
    }

    Story recalled(String text, int status, boolean recalled) {
        return recalledAtAttempt(1, text, status, recalled);
    }

    Story recalledAtAttempt(int attempts, String text, int status, boolean recalled) {
        events.add(new Event.Recalled(tick(), text, attempts, status, recalled, "HTTP " + status));
        return this;
    }

    Story bodiless(Endpoint endpoint, String hint) {
        events.add(new Event.Bodiless(tick(), endpoint, life(endpoint), hint));
        return this;
    }

    Story lateAfterSeconds(int seconds) {
        lateNanos = TimeUnit.SECONDS.toNanos(seconds);
        return this;
    }

    Story accepted(String... texts) {
        return answered(Outcome.ACCEPTED, 200, texts);
    }

    /** As too many, which anything may be. */
    Story refused(String... texts) {
        return refusedAs(TOO_MANY, texts);
    }

    Story refusedAs(int status, String... texts) {
        return answered(Outcome.REFUSED, status, texts);
    }

    Story unknown(String... texts) {
        return answered(Outcome.UNKNOWN, 503, texts);
    }

    Story acceptedAs(long seq, String text) {
        events.add(new Event.Answered(tick(), text, Outcome.ACCEPTED, 1, 200, seq, false, ""));
        return this;
    }

    /** Accepted by a spool. */
    Story spooled(String... texts) {
        for (String text : texts) {
            spooledAs(0, text);
        }
        return this;
    }

    Story spooledAs(long seq, String text) {
        events.add(new Event.Answered(tick(), text, Outcome.ACCEPTED, 1, 200, seq, true, "SPOOLED"));
        return this;
    }

    /** By a spool, and nobody knows what became of those before. */
    Story spooledAtAttempt(int attempts, String text) {
        events.add(new Event.Answered(tick(), text, Outcome.ACCEPTED, attempts, 200, 0, true, "SPOOLED"));
        return this;
    }

    /** Sent, and accepted by a spool before the next is sent. */
    Story toldASpool(Audience audience, String... texts) {
        for (String text : texts) {
            sent(audience, text).spooled(text);
        }
        return this;
    }

    /** A spool has the repeat. */
    Story repeatedToASpool(String text) {
        events.add(new Event.Repeated(tick(), text, 200, 0, true, "SPOOLED"));
        return this;
    }

    Story repeated(String text, int status, long seq) {
        events.add(new Event.Repeated(tick(), text, status, seq, false, "HTTP " + status));
        return this;
    }

    /** Sent, and accepted before the next is sent. */
    Story told(Audience audience, String... texts) {
        for (String text : texts) {
            sent(audience, text).accepted(text);
        }
        return this;
    }

    Story delivered(Endpoint endpoint, String text, long seq) {
        events.add(new Event.Delivered(tick(), endpoint, life(endpoint), text, seq, false));
        return this;
    }

    Story redelivered(Endpoint endpoint, String text, long seq) {
        events.add(new Event.Delivered(tick(), endpoint, life(endpoint), text, seq, true));
        return this;
    }

    Story crashed(Endpoint endpoint) {
        events.add(new Event.Crashed(tick(), endpoint, life(endpoint)));
        return nextLife(endpoint);
    }

    Story paused(Endpoint endpoint) {
        events.add(new Event.Paused(tick(), endpoint));
        return this;
    }

    Story resumed(Endpoint endpoint) {
        events.add(new Event.Resumed(tick(), endpoint));
        return this;
    }

    /** It is about to be {@link #closed}. */
    Story leaving(Endpoint endpoint) {
        events.add(new Event.Leaving(tick(), endpoint, life(endpoint)));
        return this;
    }

    Story closed(Endpoint endpoint, int wireDuplicates) {
        events.add(new Event.Leaving(tick(), endpoint, life(endpoint)));
        events.add(new Event.Ended(tick(), endpoint, life(endpoint), 0, 0, wireDuplicates));
        return nextLife(endpoint);
    }

    Story bound(Endpoint endpoint) {
        return state(endpoint, "BOUND");
    }

    Story state(Endpoint endpoint, String state) {
        return state(endpoint, state, "");
    }

    private Story state(Endpoint endpoint, String state, String kick) {
        events.add(new Event.State(tick(), endpoint, life(endpoint), state, kick, "so it was told"));
        return this;
    }

    /** Nobody of its own side had it so. */
    Story endedByThePlatform(Endpoint endpoint) {
        return endedByThePlatform(endpoint, "REPLACED");
    }

    /** @param kick why its room says that it is; empty: it says nothing */
    Story endedByThePlatform(Endpoint endpoint, String kick) {
        return state(endpoint, "CLOSED", kick).nextLife(endpoint);
    }

    Story reset(Endpoint endpoint) {
        events.add(new Event.Reset(tick(), endpoint, life(endpoint), "reset from 5 to 3"));
        return this;
    }

    Story sessions(Endpoint endpoint, int live) {
        events.add(new Event.Sessions(tick(), endpoint, live));
        return this;
    }

    Story offered(Endpoint endpoint, String... texts) {
        for (String text : texts) {
            events.add(new Event.Offered(tick(), endpoint, text));
        }
        return this;
    }

    /** Offered, and on the client's disk. */
    Story queued(Endpoint endpoint, String... texts) {
        for (String text : texts) {
            offered(endpoint, text);
            events.add(new Event.Queued(tick(), endpoint, text));
        }
        return this;
    }

    Story stored(Endpoint endpoint, String text, String refusal) {
        events.add(new Event.Stored(tick(), endpoint, text, refusal));
        return this;
    }

    Story taken(Endpoint from, String text, String webhookId) {
        events.add(new Event.Taken(tick(), from, webhookId, text));
        return this;
    }

    Story struck(String fault) {
        events.add(new Event.Struck(tick(), ++strikes, fault, "it"));
        return this;
    }

    Story healed() {
        events.add(new Event.Healed(tick(), strikes));
        return this;
    }

    /** Seen now; in its life before it was seen so long ago. */
    Story reborn(String saver, double secondsAgo) {
        long now = tick();
        events.add(new Event.Reborn(now, saver, now - (long) (secondsAgo * 1e9)));
        return this;
    }

    Story overdue() {
        events.add(new Event.Overdue(tick(), strikes, "room-killed"));
        return this;
    }

    Story secondsPass(double seconds) {
        nowNanos += (long) (seconds * 1e9);
        return this;
    }

    long nowNanos() {
        return nowNanos;
    }

    Verdict verdict() {
        return verdict(Floor.NONE);
    }

    Verdict verdict(Floor floor) {
        return Checker.check(CAST, history(), floor, lateNanos);
    }

    boolean isComplete(long beforeNanos, Endpoint... broadcastsTo) {
        return Checker.isComplete(CAST, history(), beforeNanos, nowNanos, List.of(broadcastsTo));
    }

    /** In the end. */
    Story instance(String name, int killed, int restarts, long residentBytes, long mostBytes) {
        events.add(new Event.Instance(tick(), name, killed, restarts, residentBytes, mostBytes));
        return this;
    }

    boolean serves(long afterNanos) {
        return Checker.serves(CAST, history(), afterNanos);
    }

    Duration emptying(long sinceNanos) {
        return Checker.emptying(CAST, history(), sinceNanos);
    }

    Flow flow() {
        return new Flow(CAST, history());
    }

    private Story answered(Outcome outcome, int status, String... texts) {
        for (String text : texts) {
            long seq = outcome == Outcome.ACCEPTED ? ITS_SEQ : 0;
            events.add(new Event.Answered(tick(), text, outcome, 1, status, seq, false, "HTTP " + status));
        }
        return this;
    }

    private List<Event> history() {
        return events.stream().map(this::numbered).toList();
    }

    private Event numbered(Event event) {
        return event instanceof Event.Answered told && told.seq() == ITS_SEQ
                ? new Event.Answered(
                        told.atNanos(),
                        told.text(),
                        told.outcome(),
                        told.attempts(),
                        told.status(),
                        seqOf(told.text()),
                        false,
                        told.detail())
                : event;
    }

    /** Broadcasts have none. */
    private long seqOf(String text) {
        boolean isBroadcast = events.stream()
                .anyMatch(event -> event instanceof Event.Sent sent
                        && sent.text().equals(text)
                        && sent.audience().isBroadcast());
        return isBroadcast
                ? 0
                : events.stream()
                        .filter(event -> event instanceof Event.Delivered delivered
                                && delivered.text().equals(text))
                        .mapToLong(event -> ((Event.Delivered) event).seq())
                        .findFirst()
                        .orElse(FAR_SEQ);
    }

    private Story nextLife(Endpoint endpoint) {
        lives.put(endpoint, life(endpoint) + 1);
        return this;
    }

    private int life(Endpoint endpoint) {
        return lives.getOrDefault(endpoint, 1);
    }

    private long tick() {
        nowNanos += MILLI;
        return nowNanos;
    }
}
