package io.hawser.bench.measure;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** A picture of figures. */
public sealed interface Plot {
    String title();

    /** One bar a name. */
    record Bars(String title, String unit, Map<String, Double> values) implements Plot {}

    /** Latencies in microseconds by percentile, a line a name. */
    record Percentiles(String title, Map<String, Histogram> micros) implements Plot {}
}
