package io.hawser.bench.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One figure, measured in several rounds. */
public final class Series {
    private final List<Double> values = new ArrayList<>();

    public void add(double value) {
        values.add(value);
    }

    public double median() {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public double min() {
        return Collections.min(values);
    }

    public double max() {
        return Collections.max(values);
    }

    /** Median, lowest and highest, as in a JSON object. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("median", rounded(median()));
        figures.put("min", rounded(min()));
        figures.put("max", rounded(max()));
        return figures;
    }

    /** {@code 12.3 (11.9 to 13.0)}, with as many decimals as the size needs. */
    public String text() {
        return number(median()) + " (" + number(min()) + " to " + number(max()) + ")";
    }

    /** The same of small numbers, with two decimals: microseconds of CPU. */
    public String precise() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median(), min(), max());
    }

    public static String number(double value) {
        String pattern = Math.abs(value) >= 100 ? "%,.0f" : "%,.1f";
        return String.format(Locale.ROOT, pattern, value);
    }

    public static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
