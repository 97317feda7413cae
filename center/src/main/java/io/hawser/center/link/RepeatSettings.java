package io.hawser.center.link;

import java.time.Duration;

/**
 * How calls to savers and registers are repeated. All of them may be: they are reads, or carry a request id or version.
 *
 * @param budget for the call with all its repeats
 * @param attempt how long one attempt may take
 * @param minBackoff pause before the first repeat, at most; doubled each time, the actual one drawn by lot
 * @param maxBackoff the longest pause
 * @param maxWaiting calls that may wait for their next attempt; beyond, a call fails with its last error, counted
 */
public record RepeatSettings(
        Duration budget, Duration attempt, Duration minBackoff, Duration maxBackoff, int maxWaiting) {
    public RepeatSettings {
        Settings.require(budget.isPositive(), "budget", budget, "a positive time");
        Settings.require(attempt.isPositive(), "attempt", attempt, "a positive time");
        Settings.require(minBackoff.isPositive(), "minBackoff", minBackoff, "a positive time");
        Settings.require(maxBackoff.compareTo(minBackoff) >= 0, "maxBackoff", maxBackoff, ">= " + minBackoff);
        Settings.require(maxWaiting >= 1, "maxWaiting", maxWaiting, "at least 1");
    }

    public static RepeatSettings defaults() {
        return new RepeatSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(500), 10_000);
    }
}
