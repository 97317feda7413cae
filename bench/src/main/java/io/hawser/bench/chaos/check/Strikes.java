package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When faults of some kind befell the platform.
 *
 * @param list each time, in their order
 */
record Strikes(List<Strike> list) {
    /** One of them, from when it was struck until it was healed; the end of all times: it never was. */
    record Strike(int number, String fault, Spans.Span time) {}

    Strikes {
        list = List.copyOf(list);
    }

    static Strikes of(List<Event> inTime, Set<String> faults) {
        Map<Integer, Long> healedNanos = new HashMap<>();
        for (Event event : inTime) {
            if (event instanceof Event.Healed healed) {
                healedNanos.put(healed.number(), healed.atNanos());
            }
        }
        return new Strikes(inTime.stream()
                .filter(Event.Struck.class::isInstance)
                .map(Event.Struck.class::cast)
                .filter(struck -> faults.contains(struck.fault()))
                .map(struck -> new Strike(
                        struck.number(),
                        struck.fault(),
                        new Spans.Span(struck.atNanos(), healedNanos.getOrDefault(struck.number(), Long.MAX_VALUE))))
                .toList());
    }
}
