package io.hawser.bench.measure;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Plots as SVG. */
final class Drawing {
    static final String[] COLOURS = {"#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#4b5563"};
    static final int WIDTH = 900;
    private static final int LEFT = 200;
    private static final int BAR = 24;
    private static final int HEIGHT = 360;
    private static final int EDGE = 60;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final double MOST_NINES = 4;
    private static final int STEPS = 120;

    private Drawing() {}

    static String of(Plot plot) {
        return switch (plot) {
            case Plot.Bars bars -> bars(bars);
            case Plot.Percentiles lines -> lines(lines);
            case Plot.TimeLine line -> TimeLineDrawing.of(line);
        };
    }

    private static String bars(Plot.Bars bars) {
        double most = bars.values().values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        StringBuilder svg = svg(bars.values().size() * BAR + BAR);
        int row = 0;
        for (Map.Entry<String, Double> bar : bars.values().entrySet()) {
            int y = row * BAR;
            double length = most == 0 ? 0 : bar.getValue() / most * (WIDTH - LEFT - 150);
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                    LEFT - 8,
                    y + 16,
                    Page.escaped(bar.getKey())));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    LEFT,
                    y + 3,
                    length,
                    BAR - 6,
                    COLOURS[row % COLOURS.length]));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\">%s %s</text>",
                    LEFT + length + 6,
                    y + 16,
                    Series.number(bar.getValue()),
                    Page.escaped(bars.unit())));
            row++;
        }
        return svg.append("</svg>").toString();
    }

    /** Across: percentiles, each nine as wide as the one before. Up: the logarithm of the latency. */
    private static String lines(Plot.Percentiles plot) {
        double most = plot.micros().values().stream()
                .mapToDouble(Histogram::getMaxValue)
                .max()
                .orElse(1);
        double top = Math.ceil(Math.log10(Math.max(most, 10)));
        StringBuilder svg = svg(HEIGHT + EDGE);
        for (int power = 1; power <= top; power++) {
            grid(svg, LEFT / 2, y(power, top), WIDTH - LEFT, y(power, top));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s ms</text>",
                    LEFT / 2 - 6,
                    y(power, top) + 4,
                    Series.number(Math.pow(10, power - 3.0))));
        }
        for (double percentile : PERCENTILES) {
            grid(svg, x(percentile), y(0, top), x(percentile), y(top, top));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">p%s</text>",
                    x(percentile),
                    HEIGHT + 20,
                    Double.toString(percentile).replaceAll("\\.0$", "")));
        }
        int line = 0;
        for (Map.Entry<String, Histogram> one : plot.micros().entrySet()) {
            String colour = COLOURS[line % COLOURS.length];
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
                    colour,
                    points(one.getValue(), top)));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>",
                    WIDTH - LEFT + 12,
                    20 + line * 18,
                    colour,
                    Page.escaped(one.getKey())));
            line++;
        }
        return svg.append("</svg>").toString();
    }

    private static String points(Histogram micros, double top) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i <= STEPS; i++) {
            double percentile = 100 - 100 * Math.pow(10, -MOST_NINES * i / STEPS);
            double log = Math.log10(Math.max(1.0, (double) micros.getValueAtPercentile(percentile)));
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(percentile), y(log, top)));
        }
        return points.toString();
    }

    private static double x(double percentile) {
        double nines = -Math.log10(1 - percentile / 100);
        return LEFT / 2.0 + nines / MOST_NINES * (WIDTH - 1.5 * LEFT);
    }

    private static double y(double log, double top) {
        return HEIGHT - log / top * (HEIGHT - 10);
    }

    static void grid(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e5e5e5\"/>",
                x1,
                y1,
                x2,
                y2));
    }

    static StringBuilder svg(int height) {
        return new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
                WIDTH,
                height,
                WIDTH,
                height));
    }
}
