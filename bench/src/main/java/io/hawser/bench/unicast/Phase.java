package io.hawser.bench.unicast;

import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Series;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one phase.
 *
 * @param firstRefusal what the first call that failed failed with
 * @param cpuMicros by process
 * @param threadMicros of the processes that are Hawser's, by group of threads
 */
record Phase(
        String name,
        Tally tally,
        @Nullable Throwable firstRefusal,
        double seconds,
        long acceptedInTime,
        long deliveredInTime,
        Histogram sendToAccepted,
        Histogram sendToDelivered,
        Map<String, Long> cpuMicros,
        Map<String, Long> threadMicros) {
    double acceptedPerSecond() {
        return acceptedInTime / seconds;
    }

    double deliveredPerSecond() {
        return deliveredInTime / seconds;
    }

    Integrity integrity() {
        return new Integrity(tally.missing(), tally.repeated.sum(), tally.outOfChain.sum());
    }

    double perMessage(long micros) {
        return (double) micros / Math.max(1, tally.delivered.sum());
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", name);
        figures.put("seconds", rounded(seconds));
        figures.put("acceptedPerSecond", rounded(acceptedPerSecond()));
        figures.put("deliveredPerSecond", rounded(deliveredPerSecond()));
        figures.put("sendToAcceptedMicros", percentiles(sendToAccepted));
        figures.put("sendToDeliveredMicros", percentiles(sendToDelivered));
        figures.put("accepted", tally.accepted.sum());
        figures.put("refused", tally.refused.sum());
        figures.put("delivered", tally.delivered.sum());
        figures.putAll(integrity().figures());
        figures.put("cpuMicrosPerMessage", perMessage(cpuMicros));
        figures.put("cpuMicrosPerMessageByThreads", perMessage(threadMicros));
        return figures;
    }

    /** {@code p50/p99/p99.9} in milliseconds. */
    static String text(Histogram micros) {
        return millis(micros, 50) + " / " + millis(micros, 99) + " / " + millis(micros, 99.9);
    }

    private static String millis(Histogram micros, double percentile) {
        return Series.number(micros.getValueAtPercentile(percentile) / 1000.0);
    }

    private static Map<String, Object> percentiles(Histogram micros) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("p50", micros.getValueAtPercentile(50));
        figures.put("p99", micros.getValueAtPercentile(99));
        figures.put("p999", micros.getValueAtPercentile(99.9));
        figures.put("max", micros.getMaxValue());
        return figures;
    }

    private Map<String, Object> perMessage(Map<String, Long> micros) {
        Map<String, Object> figures = new LinkedHashMap<>();
        micros.forEach((name, spent) -> figures.put(name, rounded(perMessage(spent))));
        return figures;
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
