package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether one device at a time reads a mailbox: as the platform says in the end, as clients saw it all the time, and none
 * ended for another reason.
 */
final class SessionCheck {
    private static final String BOUND = "BOUND";
    /** The one cause for which devices that share a mailbox end each other. */
    private static final String REPLACED = "REPLACED";

    private final Collection<List<Endpoint>> readers;
    private final Spans faultless;
    private final Tally tally;
    private final Map<Endpoint, Client> clients = new HashMap<>();
    private final Map<Endpoint, Integer> live = new HashMap<>();
    /** What the platform says of these is not so. */
    private final Set<Endpoint> ghosts = new HashSet<>();

    /** What is known of an endpoint's clients, of which one runs at a time. */
    private static final class Client {
        private final List<Spans.Span> bound = new ArrayList<>();
        private long beganNanos = Long.MIN_VALUE;
        /** While it runs, and while it is being closed, it may take the mailbox. */
        private long aliveUntilNanos = Long.MIN_VALUE;

        private long boundNanos;
        private int life;
        private int endedLife;
        private boolean isBound;

        void heard(long atNanos, int inLife) {
            if (inLife > life) {
                life = inLife;
                beganNanos = atNanos;
                aliveUntilNanos = Long.MAX_VALUE;
            }
        }

        void unbound(long atNanos) {
            if (isBound && boundNanos < atNanos) {
                bound.add(new Spans.Span(boundNanos, atNanos));
            }
            isBound = false;
        }

        void ended(long atNanos, int life) {
            unbound(atNanos);
            endedLife = Math.max(endedLife, life);
        }
    }

    SessionCheck(Cast cast, Spans faultless, Tally tally) {
        this.readers = cast.readers();
        this.faultless = faultless;
        this.tally = tally;
    }

    /** Its user wants it closed, and what it says does not count any more. */
    void leaving(Endpoint endpoint, long atNanos, int life) {
        // It may have had no time to say that it began.
        client(endpoint).heard(atNanos, life);
        client(endpoint).ended(atNanos, life);
    }

    /** It is gone. */
    void ended(Endpoint endpoint, long atNanos, int life) {
        client(endpoint).ended(atNanos, life);
        client(endpoint).aliveUntilNanos = atNanos;
    }

    void state(Event.State state) {
        Client client = client(state.endpoint());
        if (state.life() <= client.endedLife) {
            // Told by a client that is being closed.
            return;
        }
        client.heard(state.atNanos(), state.life());
        if (state.state().equals(Presence.CLOSED)) {
            endedByItself(state, client);
        } else if (!state.state().equals(BOUND)) {
            client.unbound(state.atNanos());
        } else if (!client.isBound) {
            client.isBound = true;
            client.boundNanos = state.atNanos();
        }
    }

    private void endedByItself(Event.State state, Client client) {
        if (state.kick().equals(REPLACED)
                && of(state.endpoint()).stream().anyMatch(other -> mayHaveReplaced(other, state.endpoint(), client))) {
            tally.count(Count.REPLACED, 1);
        } else {
            tally.violation(Kind.ENDED_WRONGLY, state.endpoint() + ": " + state.kick() + " " + state.reason());
        }
        client.ended(state.atNanos(), state.life());
    }

    private boolean mayHaveReplaced(Endpoint other, Endpoint endpoint, Client client) {
        return !other.equals(endpoint) && client(other).aliveUntilNanos > client.beganNanos;
    }

    /** What the platform says; the last time counts. */
    void sessions(Event.Sessions sessions) {
        live.put(sessions.endpoint(), sessions.live());
        if (sessions.live() > 0 && !client(sessions.endpoint()).isBound) {
            ghosts.add(sessions.endpoint());
        } else {
            ghosts.remove(sessions.endpoint());
        }
    }

    void end(long endNanos) {
        clients.values().forEach(client -> client.unbound(endNanos));
        for (List<Endpoint> some : readers) {
            sum(some);
            for (int i = 0; i < some.size(); i++) {
                for (int j = i + 1; j < some.size(); j++) {
                    together(some.get(i), some.get(j));
                }
            }
        }
    }

    private void sum(List<Endpoint> some) {
        if (!live.keySet().containsAll(some)) {
            return;
        }
        int sum = some.stream()
                .mapToInt(endpoint -> live.getOrDefault(endpoint, 0))
                .sum();
        String who = some.size() == 1 ? some.getFirst().toString() : "the mailbox of " + some;
        some.stream()
                .filter(ghosts::contains)
                .forEach(ghost -> tally.violation(
                        Kind.NO_SESSION, who + ": the platform says that " + ghost + " has it, which is not bound"));
        if (sum > 1) {
            tally.violation(Kind.SECOND_SESSION, who + " has " + sum);
        } else if (sum < 1) {
            tally.violation(Kind.NO_SESSION, who + " has none");
        }
    }

    private void together(Endpoint one, Endpoint other) {
        Spans both = new Spans(client(one).bound).and(new Spans(client(other).bound));
        for (Spans.Span span : both.list()) {
            long nanos = faultless.nanosWithin(span.fromNanos(), span.toNanos());
            if (nanos > Checker.LATE_NANOS) {
                tally.violation(
                        Kind.SECOND_SESSION,
                        "%s and %s were bound together for %.1f s in which nothing was broken"
                                .formatted(one, other, nanos / 1e9));
            }
        }
    }

    private List<Endpoint> of(Endpoint endpoint) {
        return readers.stream()
                .filter(some -> some.contains(endpoint))
                .findFirst()
                .orElse(List.of());
    }

    private Client client(Endpoint endpoint) {
        return clients.computeIfAbsent(endpoint, first -> new Client());
    }
}
