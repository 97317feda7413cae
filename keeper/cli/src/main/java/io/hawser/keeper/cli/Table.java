package io.hawser.keeper.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest value. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    static void print(PrintWriter out, List<String> header, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>(List.of(header));
        rows.forEach(row -> lines.add(row.stream().map(Table::flat).toList()));
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                String value = line.get(column);
                text.append(value)
                        .repeat(" ", width(lines, column) - value.length())
                        .append(GAP);
            }
            out.println(text.toString().stripTrailing());
        }
    }

    /** What somebody wrote may have lines of its own. */
    private static String flat(String value) {
        return value.replaceAll("\\p{Cntrl}", " ");
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
