package io.hawser.bench.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How often and how long JVMs stood still, by their names. */
public final class Pauses {
    private static final String NOBODY = "-";

    /** Of one JVM. */
    private static final class Own {
        private final Histogram micros = Percentiles.histogram();
        private long longestMicros;
        private String longestCause = "";

        private void add(long nanos, String cause) {
            long pauseMicros = TimeUnit.NANOSECONDS.toMicros(nanos);
            micros.recordValue(Math.clamp(pauseMicros, 0, Percentiles.HIGHEST_MICROS));
            tookLongest(pauseMicros, cause);
        }

        private void add(Own other) {
            micros.add(other.micros);
            tookLongest(other.longestMicros, other.longestCause);
        }

        private void tookLongest(long pauseMicros, String cause) {
            if (longestCause.isEmpty() || pauseMicros > longestMicros) {
                longestMicros = pauseMicros;
                longestCause = cause;
            }
        }
    }

    private final Map<String, Own> byProcess = new TreeMap<>();

    /** This one was watched, whether it stood still or not. */
    void watched(String process) {
        of(process);
    }

    void add(String process, long nanos, String cause) {
        of(process).add(nanos, cause);
    }

    /** Of another phase. */
    public void add(Pauses other) {
        other.byProcess.forEach((process, own) -> of(process).add(own));
    }

    private Own of(String process) {
        return byProcess.computeIfAbsent(process, name -> new Own());
    }

    /** What heads a column of {@link #text}. */
    public static String heading() {
        return "pauses: p99 / longest ms (how many)";
    }

    /** Of all together; a dash where none could be watched. */
    public String text() {
        if (byProcess.isEmpty()) {
            return NOBODY;
        }
        Histogram all = Percentiles.histogram();
        byProcess.values().forEach(own -> all.add(own.micros));
        return "%s / %s (%,d)"
                .formatted(Percentiles.millis(all, 99), Percentiles.millis(all, 100), all.getTotalCount());
    }

    /** Of each, as in a JSON object. */
    public List<Map<String, Object>> figures() {
        return byProcess.entrySet().stream()
                .map(one -> figures(one.getKey(), one.getValue()))
                .toList();
    }

    private static Map<String, Object> figures(String process, Own own) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("process", process);
        figures.put("count", own.micros.getTotalCount());
        figures.put("p99Micros", own.micros.getValueAtPercentile(99));
        figures.put("maxMicros", own.micros.getMaxValue());
        figures.put("longest", own.longestCause);
        return figures;
    }
}
