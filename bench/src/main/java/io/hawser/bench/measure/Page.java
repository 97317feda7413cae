package io.hawser.bench.measure;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as one page that needs nothing else: style and pictures (SVG) are in it. */
final class Page {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}
            h1{font-size:1.4em} h2{font-size:1.1em;margin-top:2em}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:1em 0}
            td,th{padding:.25em .8em;border-bottom:1px solid #ddd;text-align:right}
            td:first-child,th:first-child{text-align:left} th{background:#f4f4f4}
            dl{display:grid;grid-template-columns:max-content auto;gap:0 1em;color:#555} dd{margin:0}
            svg{max-width:100%;height:auto} svg text{font:12px system-ui,sans-serif;fill:#444}
            """;

    private Page() {}

    static String of(Report report) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>")
                .append(escaped(report.title()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>")
                .append(escaped(report.title()))
                .append("</h1>\n");
        if (report.figures().get("on") instanceof Map<?, ?> facts) {
            page.append(facts(facts));
        }
        report.tables().forEach(table -> page.append(table(table.rows())));
        report.plots()
                .forEach(plot -> page.append("<h2>")
                        .append(escaped(plot.title()))
                        .append("</h2>\n")
                        .append(Drawing.of(plot))
                        .append('\n'));
        return page.append("</html>\n").toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String facts(Map<?, ?> facts) {
        return facts.entrySet().stream()
                .map(fact ->
                        "<dt>" + escaped(fact.getKey().toString()) + "<dd>" + escaped(String.valueOf(fact.getValue())))
                .collect(Collectors.joining("", "<dl>", "</dl>\n"));
    }

    private static String table(List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "<th>" : "<td>";
            table.append("<tr>");
            rows.get(i).forEach(text -> table.append(cell).append(escaped(text)));
            table.append('\n');
        }
        return table.append("</table>\n").toString();
    }
}
