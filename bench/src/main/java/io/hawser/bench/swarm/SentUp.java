package io.hawser.bench.swarm;

import io.hawser.bench.measure.Percentiles;
import org.HdrHistogram.Histogram;

/**
 * What clients sent up.
 *
 * @param refused for good
 * @param firstRefusal why the first was; empty: none
 * @param toStored from due to the answer that it is stored, microseconds
 */
public record SentUp(long sent, long stored, long refused, String firstRefusal, Histogram toStored) {
    static final SentUp NOTHING = new SentUp(0, 0, 0, "", Percentiles.histogram());

    SentUp and(Told.SentUp other) {
        Histogram both = toStored.copy();
        both.add(Percentiles.histogram(other.toStored()));
        return new SentUp(
                sent + other.sent(),
                stored + other.stored(),
                refused + other.refused(),
                firstRefusal.isEmpty() ? other.firstRefusal() : firstRefusal,
                both);
    }
}
