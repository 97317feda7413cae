package io.hawser.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tables of docs/protocol.md. */
final class ProtocolPage {
    private final List<String> lines;

    private ProtocolPage(List<String> lines) {
        this.lines = lines;
    }

    static ProtocolPage read() throws IOException {
        return new ProtocolPage(Files.readAllLines(Path.of("../../docs/protocol.md")));
    }

    /** Returns the rows of the first table under the heading, without its two header lines and without back-ticks. */
    List<List<String>> tableUnder(String heading) {
        return table(lines.indexOf(heading), heading);
    }

    /** Returns the rows of the table whose header line this is. */
    List<List<String>> tableWithHeader(String header) {
        return table(lines.indexOf(header) - 1, header);
    }

    private List<List<String>> table(int before, String what) {
        if (before < 0) {
            throw new AssertionError("docs/protocol.md has no line \"" + what + "\"");
        }
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(before + 1, lines.size())) {
            if (line.startsWith("|")) {
                rows.add(cells(line));
            } else if (!rows.isEmpty() || line.startsWith("#")) {
                break;
            }
        }
        return rows.isEmpty() ? rows : rows.subList(2, rows.size());
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(cell -> cell.replace("`", "").trim())
                .toList();
    }
}
