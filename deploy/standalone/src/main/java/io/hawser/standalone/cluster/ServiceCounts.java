package io.hawser.standalone.cluster;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many processes of each service are asked for. */
final class ServiceCounts {
    private static final int USUAL = 2;
    private static final String RANGE = "1 to 9 (default: 2, or as many as there were).";

    @Option(names = "--rooms", paramLabel = "N", description = RANGE)
    private @Nullable Integer rooms;

    @Option(names = "--registers", paramLabel = "N", description = RANGE)
    private @Nullable Integer registers;

    @Option(names = "--savers", paramLabel = "N", description = RANGE)
    private @Nullable Integer savers;

    @Option(names = "--centers", paramLabel = "N", description = RANGE)
    private @Nullable Integer centers;

    @Option(names = "--coordinators", paramLabel = "N", description = RANGE)
    private @Nullable Integer coordinators;

    @Option(names = "--dispatchers", paramLabel = "N", description = RANGE)
    private @Nullable Integer dispatchers;

    /** Returns what is asked for, else what the directory had, else the usual. */
    Map<Kind, Integer> over(Map<Kind, Integer> earlier) {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Integer asked = asked(kind);
            counts.put(kind, asked != null ? asked : earlier.getOrDefault(kind, USUAL));
        }
        return counts;
    }

    private @Nullable Integer asked(Kind kind) {
        return switch (kind) {
            case ROOM -> rooms;
            case REGISTER -> registers;
            case SAVER -> savers;
            case CENTER -> centers;
            case COORDINATOR -> coordinators;
            case DISPATCHER -> dispatchers;
        };
    }
}
