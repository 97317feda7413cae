package io.hawser.bench.chaos.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What checks count, and what they find. */
final class Tally {
    /** Enough to see what happened; all are counted. */
    private static final int TOLD = 100;

    private final List<Violation> violations = new ArrayList<>();
    private final Map<Violation.Kind, Long> found = new EnumMap<>(Violation.Kind.class);
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);

    void violation(Violation.Kind kind, String what) {
        long before = found.merge(kind, 1L, Long::sum) - 1;
        if (before < TOLD) {
            violations.add(new Violation(kind, what));
        }
    }

    void count(Count what, long more) {
        counts.merge(what, more, Long::sum);
    }

    /** So far. */
    long count(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    Verdict verdict() {
        return new Verdict(violations, new TreeMap<>(found), new TreeMap<>(counts));
    }
}
