package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The times in which nothing was broken. */
final class Faultless {
    /** From the healing of a fault to the strike of the next. */
    private final TreeMap<Long, Long> untilByBegin = new TreeMap<>();

    Faultless(List<Event> inTime) {
        long begin = Long.MIN_VALUE;
        Map<Integer, Long> broken = new HashMap<>();
        for (Event event : inTime) {
            switch (event) {
                case Event.Struck struck -> {
                    if (broken.isEmpty()) {
                        untilByBegin.put(begin, struck.atNanos());
                    }
                    broken.put(struck.number(), struck.atNanos());
                }
                case Event.Healed healed -> {
                    broken.remove(healed.number());
                    begin = healed.atNanos();
                }
                default -> {
                    // Breaks nothing.
                }
            }
        }
        if (broken.isEmpty()) {
            untilByBegin.put(begin, Long.MAX_VALUE);
        }
    }

    /** How long nothing had been broken at the end of this time, since its begin at most; 0: something was. */
    long lastingNanos(long fromNanos, long toNanos) {
        Map.Entry<Long, Long> whole = untilByBegin.floorEntry(toNanos);
        return whole == null || whole.getValue() < toNanos ? 0 : toNanos - Math.max(fromNanos, whole.getKey());
    }
}
