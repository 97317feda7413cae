package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When endpoints were away because their users wanted so: what waited for them then waited for nothing else. */
final class Absences {
    private static final String BOUND = "BOUND";

    private final Map<Endpoint, Long> away = new HashMap<>();
    private final Map<Endpoint, List<Absence>> absences = new HashMap<>();

    private record Absence(long fromNanos, long toNanos) {}

    Absences(List<Event> inTime) {
        for (Event event : inTime) {
            switch (event) {
                case Event.Leaving leaving -> away.putIfAbsent(leaving.endpoint(), leaving.atNanos());
                case Event.State state -> {
                    if (state.state().equals(BOUND)) {
                        returned(state);
                    }
                }
                default -> {
                    // Has nothing to do with being away.
                }
            }
        }
    }

    private void returned(Event.State bound) {
        Long since = away.remove(bound.endpoint());
        if (since != null) {
            absences.computeIfAbsent(bound.endpoint(), endpoint -> new ArrayList<>())
                    .add(new Absence(since, bound.atNanos()));
        }
    }

    /** Whether the endpoint was away at any moment from then to then. */
    boolean overlap(Endpoint endpoint, long fromNanos, long toNanos) {
        Long since = away.get(endpoint);
        return (since != null && since <= toNanos)
                || absences.getOrDefault(endpoint, List.of()).stream()
                        .anyMatch(absence -> absence.fromNanos <= toNanos && fromNanos <= absence.toNanos);
    }
}
