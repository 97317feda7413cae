package io.hawser.bench.chaos.check;

import java.util.List;
import java.util.Map;

/**
 * What a history says.
 *
 * @param violations some of each kind
 * @param found how many there are of each kind that was found
 */
public record Verdict(List<Violation> violations, Map<Violation.Kind, Long> found, Map<Count, Long> counts) {
    public Verdict {
        violations = List.copyOf(violations);
        found = Map.copyOf(found);
        counts = Map.copyOf(counts);
    }

    public boolean isGreen() {
        return found.isEmpty();
    }

    public long count(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    public long found(Violation.Kind kind) {
        return found.getOrDefault(kind, 0L);
    }
}
