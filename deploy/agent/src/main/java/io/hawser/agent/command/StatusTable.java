package io.hawser.agent.command;

import io.hawser.agent.LastExit;
import io.hawser.agent.ProcessStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Processes in columns as wide as their widest value. */
final class StatusTable {
    private static final String GAP = "  ";
    private static final List<String> HEADER = List.of(
            "NAME", "STATE", "READY", "PID", "RESTARTS", "CPU", "MEMORY", "UPTIME", "LINK", "CLIENTS", "LAST EXIT");

    private StatusTable() {}

    static void print(PrintStream out, List<ProcessStatus> processes, Instant now) {
        List<List<String>> lines = new ArrayList<>(List.of(HEADER));
        processes.forEach(process -> lines.add(row(process, now)));
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
        out.flush();
    }

    private static List<String> row(ProcessStatus process, Instant now) {
        return List.of(
                process.name(),
                process.state() + (process.adopted() ? " (adopted)" : ""),
                process.ready() ? "yes" : "no",
                process.pid() == 0 ? "-" : Long.toString(process.pid()),
                Integer.toString(process.restarts()),
                process.pid() == 0 ? "-" : String.format(Locale.ROOT, "%.0f%%", process.cpuPercent()),
                process.residentBytes() <= 0 ? "-" : (process.residentBytes() >> 20) + " MiB",
                process.startedAt() == null ? "-" : text(Duration.between(process.startedAt(), now)),
                orDash(process.addresses().link()),
                orDash(process.addresses().clients()),
                text(process.lastExit(), now));
    }

    /** In the unit that people would use. */
    static String text(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    private static String text(@Nullable LastExit exit, Instant now) {
        return exit == null
                ? "-"
                : "%d %s, %s ago"
                        .formatted(exit.code(), exit.why(), text(Duration.between(exit.at(), now)))
                        .replace(" ,", ",");
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
