package io.hawser.rpc.directory;

import java.time.Duration;

/**
 * How a copy of the directory is kept.
 *
 * @param poll how often changes are asked for
 * @param minRefreshInterval fetches asked for by {@link AppDirectory#refresh} begin this far apart at least
 * @param timeout how long a saver may take to answer
 * @param maxEntries apps and credentials that are kept; those beyond are left out, and counted
 */
public record AppDirectorySettings(Duration poll, Duration minRefreshInterval, Duration timeout, int maxEntries) {
    public AppDirectorySettings {
        positive("poll", poll);
        positive("minRefreshInterval", minRefreshInterval);
        positive("timeout", timeout);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries: " + maxEntries + " (expected: >= 1)");
        }
    }

    public static AppDirectorySettings defaults() {
        return new AppDirectorySettings(
                Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(1), 1_000_000);
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
