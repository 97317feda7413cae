package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When endpoints were there: from the first word of a client's life until its user has it closed, it is ended for good, or
 * its process is killed; and not while that stands still. How long it takes to be bound, and how often it loses its connection, is
 * no absence.
 */
final class Presence {
    /** Of a client that will not come back by itself. */
    static final String CLOSED = "CLOSED";

    private final Map<Endpoint, Track> tracks = new HashMap<>();
    private final Map<List<Endpoint>, Spans> together = new HashMap<>();

    /** Of one endpoint, which is there from the beginning. */
    private static final class Track {
        private final List<Spans.Span> spans = new ArrayList<>();
        private boolean isThere = true;
        private boolean standsStill;
        private long sinceNanos = Long.MIN_VALUE;
        private int endedLife;

        void left(long atNanos, int life) {
            until(atNanos);
            isThere = false;
            endedLife = Math.max(endedLife, life);
        }

        void heard(long atNanos, int life) {
            if (!isThere && life > endedLife) {
                isThere = true;
                sinceNanos = atNanos;
            }
        }

        void paused(long atNanos) {
            until(atNanos);
            standsStill = true;
        }

        void resumed(long atNanos) {
            standsStill = false;
            sinceNanos = atNanos;
        }

        private void until(long atNanos) {
            if (isThere && !standsStill) {
                spans.add(new Spans.Span(sinceNanos, atNanos));
            }
        }

        Spans spans() {
            List<Spans.Span> all = new ArrayList<>(spans);
            if (isThere && !standsStill) {
                all.add(new Spans.Span(sinceNanos, Long.MAX_VALUE));
            }
            return new Spans(all);
        }
    }

    Presence(List<Event> inTime) {
        inTime.forEach(this::take);
    }

    private void take(Event event) {
        switch (event) {
            case Event.Leaving leaving -> track(leaving.endpoint()).left(leaving.atNanos(), leaving.life());
            case Event.Crashed crash -> track(crash.endpoint()).left(crash.atNanos(), crash.life());
            case Event.Paused paused -> track(paused.endpoint()).paused(paused.atNanos());
            case Event.Resumed resumed -> track(resumed.endpoint()).resumed(resumed.atNanos());
            case Event.State state
            when state.state().equals(CLOSED) -> track(state.endpoint()).left(state.atNanos(), state.life());
            case Event.State state -> track(state.endpoint()).heard(state.atNanos(), state.life());
            default -> {
                // Has nothing to do with being there.
            }
        }
    }

    private Track track(Endpoint endpoint) {
        return tracks.computeIfAbsent(endpoint, first -> new Track());
    }

    /** When one of these was there. */
    Spans of(List<Endpoint> endpoints) {
        return together.computeIfAbsent(
                endpoints, some -> some.stream().map(this::of).reduce(new Spans(List.of()), Spans::or));
    }

    private Spans of(Endpoint endpoint) {
        Track track = tracks.get(endpoint);
        return track == null ? Spans.always() : track.spans();
    }
}
