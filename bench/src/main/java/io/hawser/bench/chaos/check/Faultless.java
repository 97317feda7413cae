package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The times in which nothing was broken. */
final class Faultless {
    private Faultless() {}

    static Spans of(List<Event> inTime) {
        return of(inTime, fault -> true);
    }

    /** @param counts whether a fault of that name breaks what is asked for; the others do not */
    static Spans of(List<Event> inTime, Predicate<String> counts) {
        List<Spans.Span> whole = new ArrayList<>();
        long begin = Long.MIN_VALUE;
        Set<Integer> broken = new HashSet<>();
        for (Event event : inTime) {
            switch (event) {
                case Event.Struck struck
                when counts.test(struck.fault()) -> {
                    if (broken.isEmpty()) {
                        whole.add(new Spans.Span(begin, struck.atNanos()));
                    }
                    broken.add(struck.number());
                }
                case Event.Healed healed -> {
                    if (broken.remove(healed.number())) {
                        begin = healed.atNanos();
                    }
                }
                default -> {
                    // Breaks nothing.
                }
            }
        }
        if (broken.isEmpty()) {
            whole.add(new Spans.Span(begin, Long.MAX_VALUE));
        }
        return new Spans(whole);
    }
}
