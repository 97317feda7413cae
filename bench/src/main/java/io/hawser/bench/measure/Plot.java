package io.hawser.bench.measure;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A picture of figures. */
public sealed interface Plot {
    String title();

    /** One bar a name. */
    record Bars(String title, String unit, Map<String, Double> values) implements Plot {}

    /** Latencies in microseconds by percentile, a line a name. */
    record Percentiles(String title, Map<String, Histogram> micros) implements Plot {}

    /**
     * Values by second, a line a name, over spans of time that have names of their own.
     *
     * @param unit of the values
     */
    record TimeLine(String title, String unit, Map<String, double[]> values, List<Span> spans) implements Plot {
        public TimeLine {
            spans = List.copyOf(spans);
        }
    }

    /** From a second to a second. */
    record Span(String name, double from, double to) {}
}
