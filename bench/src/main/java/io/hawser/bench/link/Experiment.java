package io.hawser.bench.link;

import io.hawser.bench.measure.Table;
import java.util.Map;

/** What one comparison gave, for people and for programs. */
record Experiment(String name, Table table, Map<String, Object> figures) {}
