package io.hawser.bench.measure;

import java.util.List;
import java.util.Map;

/**
 * What a workload found.
 *
 * @param title one line
 * @param figures all, as in a JSON object
 * @param tables the same for people
 */
public record Report(String title, Map<String, Object> figures, List<Table> tables, List<Plot> plots) {
    public Report {
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
    }
}
