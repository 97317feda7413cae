package io.hawser.room.overload;

import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * When a room takes itself for overloaded, and what it does then. All of it holds from the moment it changes.
 *
 * @param checkEvery how often it looks
 * @param lagMs how late, in milliseconds, an event loop comes to what waits for it, the least of five looks: one that was
 *     late once has no more than caught its breath
 * @param heapPercent of the heap that is in use after a collection
 * @param directPercent of the memory for sockets' buffers that is in use
 * @param calmFor how long a value stays a tenth below a level's limit before the level is left, for the next lower
 * @param retryAfter when those who are sent away may come again, give or take a half
 * @param shedPerSecond connections that are closed a second, at most
 */
public record OverloadConfig(
        Duration checkEvery,
        Limits lagMs,
        Limits heapPercent,
        Limits directPercent,
        Duration calmFor,
        Duration retryAfter,
        int shedPerSecond) {
    public OverloadConfig {
        Bounds.within("checkEvery ms", checkEvery.toMillis(), 10, 60_000);
        Bounds.within("calmFor ms", calmFor.toMillis(), 0, 3_600_000);
        Bounds.within("retryAfter ms", retryAfter.toMillis(), 1, 3_600_000);
        Bounds.within("shedPerSecond", shedPerSecond, 0, 1_000_000);
    }

    public static OverloadConfig defaults() {
        return new OverloadConfig(
                Duration.ofMillis(200),
                new Limits(500, 2_000, 5_000),
                new Limits(75, 85, 92),
                new Limits(50, 70, 85),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                1_000);
    }
}
