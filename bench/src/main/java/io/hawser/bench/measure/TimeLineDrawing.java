package io.hawser.bench.measure;

import java.util.Locale;
import java.util.Map;

/** Values by second as SVG. */
final class TimeLineDrawing {
    private static final int HEIGHT = 180;
    private static final int LEFT = 60;
    private static final int RIGHT = 110;
    /** For names of spans, which lie over the picture, one below the other where they would touch. */
    private static final int HEAD = 44;

    private static final int FOOT = 24;
    private static final int NAME_ROWS = 3;
    private static final int ROW = 14;
    private static final int MOST_MARKS = 12;

    private final Plot.TimeLine plot;
    private final double end;
    private final double top;

    private TimeLineDrawing(Plot.TimeLine plot) {
        this.plot = plot;
        double spans = plot.spans().stream().mapToDouble(Plot.Span::to).max().orElse(0);
        int longest = plot.values().values().stream()
                .mapToInt(line -> line.length)
                .max()
                .orElse(1);
        this.end = Math.max(1, Math.max(spans, longest));
        this.top = Math.max(1, most());
    }

    static String of(Plot.TimeLine plot) {
        return new TimeLineDrawing(plot).svg();
    }

    private String svg() {
        StringBuilder svg = Drawing.svg(HEAD + HEIGHT + FOOT);
        spans(svg);
        axes(svg);
        int row = 0;
        for (Map.Entry<String, double[]> line : plot.values().entrySet()) {
            String colour = Drawing.COLOURS[row % Drawing.COLOURS.length];
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>",
                    colour,
                    points(line.getValue())));
            text(svg, Drawing.WIDTH - RIGHT + 8, HEAD + 14 + row * 18, "start", line.getKey(), colour);
            row++;
        }
        return svg.append("</svg>").toString();
    }

    private void spans(StringBuilder svg) {
        int row = 0;
        for (Plot.Span span : plot.spans()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#dc2626\" fill-opacity=\"0.12\"/>",
                    x(span.from()),
                    HEAD,
                    Math.max(1.5, x(span.to()) - x(span.from())),
                    HEIGHT));
            text(svg, x(span.from()), 12 + ROW * (row++ % NAME_ROWS), "start", span.name(), "#991b1b");
        }
    }

    private void axes(StringBuilder svg) {
        for (double share : new double[] {0, 0.5, 1}) {
            Drawing.grid(svg, LEFT, y(share * top), x(end), y(share * top));
            String label = Series.number(share * top) + (share == 1 ? " " + plot.unit() : "");
            text(svg, LEFT - 6, y(share * top) + 4, "end", label, "#444");
        }
        double step = Math.ceil(end / MOST_MARKS / 5) * 5;
        for (double second = 0; second <= end; second += step) {
            text(svg, x(second), HEAD + HEIGHT + 18, "middle", "%.0f s".formatted(second), "#444");
        }
    }

    private String points(double[] line) {
        StringBuilder points = new StringBuilder();
        for (int second = 0; second < line.length; second++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(second + 0.5), y(line[second])));
        }
        return points.toString();
    }

    private double most() {
        double most = 0;
        for (double[] line : plot.values().values()) {
            for (double value : line) {
                most = Math.max(most, value);
            }
        }
        return most;
    }

    private double x(double second) {
        return LEFT + second / end * (Drawing.WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEAD + HEIGHT - value / top * HEIGHT;
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" style=\"fill:%s\">%s</text>",
                x,
                y,
                anchor,
                colour,
                Page.escaped(text)));
    }
}
