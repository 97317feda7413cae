package io.hawser.dispatcher;

import java.time.Duration;

/**
 * How rooms' reports are taken.
 *
 * @param maxRooms rooms that are known at once; the reports of more are refused with RESOURCE_EXHAUSTED
 * @param maxAge a room that has not reported for so long takes no clients
 * @param refreshEvery how often the rooms that take clients are told apart anew
 */
public record ReportLimits(int maxRooms, Duration maxAge, Duration refreshEvery) {
    public ReportLimits {
        Checks.within("maxRooms", maxRooms, 1, 100_000);
        Checks.within("maxAge", maxAge, Duration.ofMillis(100), Duration.ofHours(1));
        Checks.within("refreshEvery", refreshEvery, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    public static ReportLimits defaults() {
        return new ReportLimits(10_000, Duration.ofSeconds(5), Duration.ofMillis(250));
    }
}
