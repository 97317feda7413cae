package io.hawser.bench.chaos.check;

import java.util.ArrayList;
import java.util.List;

/** Moments: spans of time that do not meet, in their order. An end that is never reached is at the end of all times. */
final class Spans {
    private final List<Span> spans;

    /** From a moment to another one. */
    record Span(long fromNanos, long toNanos) {
        /** The end is not in it. */
        boolean has(long nanos) {
            return nanos >= fromNanos && nanos < toNanos;
        }
    }

    /** @param spans in their order, none of which begins before the one before it ends */
    Spans(List<Span> spans) {
        this.spans = List.copyOf(spans);
    }

    static Spans always() {
        return new Spans(List.of(new Span(Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    List<Span> list() {
        return spans;
    }

    /** The moments that are in both. */
    Spans and(Spans other) {
        List<Span> both = new ArrayList<>();
        for (int i = 0, j = 0; i < spans.size() && j < other.spans.size(); ) {
            Span one = spans.get(i);
            Span another = other.spans.get(j);
            long from = Math.max(one.fromNanos, another.fromNanos);
            long to = Math.min(one.toNanos, another.toNanos);
            if (from < to) {
                both.add(new Span(from, to));
            }
            if (one.toNanos < another.toNanos) {
                i++;
            } else {
                j++;
            }
        }
        return new Spans(both);
    }

    /** The moments that are in none of these. */
    Spans not() {
        List<Span> rest = new ArrayList<>();
        long from = Long.MIN_VALUE;
        for (Span span : spans) {
            if (from < span.fromNanos) {
                rest.add(new Span(from, span.fromNanos));
            }
            from = span.toNanos;
        }
        if (from < Long.MAX_VALUE) {
            rest.add(new Span(from, Long.MAX_VALUE));
        }
        return new Spans(rest);
    }

    /** The moments that are in one or both. */
    Spans or(Spans other) {
        return not().and(other.not()).not();
    }

    /** Whether each moment from then to then is one of them. */
    boolean cover(long fromNanos, long toNanos) {
        return nanosWithin(fromNanos, toNanos) == toNanos - fromNanos;
    }

    /** Whether the moment is one of them. */
    boolean has(long nanos) {
        return spans.stream().anyMatch(span -> span.has(nanos));
    }

    /** How much of the time from then to then they are, in all. */
    long nanosWithin(long fromNanos, long toNanos) {
        return spans.stream()
                .mapToLong(span -> Math.min(span.toNanos, toNanos) - Math.max(span.fromNanos, fromNanos))
                .filter(nanos -> nanos > 0)
                .sum();
    }
}
