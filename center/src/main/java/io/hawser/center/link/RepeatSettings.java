package io.hawser.center.link;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
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
        if (!budget.isPositive() || !attempt.isPositive() || !minBackoff.isPositive() || maxWaiting < 1) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "repeats: zero or negative (expected: positive times and counts)");
        }
        if (maxBackoff.compareTo(minBackoff) < 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "maxBackoff: " + maxBackoff + " (expected: >= " + minBackoff + ")");
        }
    }

    public static RepeatSettings defaults() {
        return new RepeatSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(500), 10_000);
    }
}
