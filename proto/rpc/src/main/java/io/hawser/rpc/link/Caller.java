package io.hawser.rpc.link;

import java.time.Duration;

/**
 * Who calls, for whom, and until when it is worth answering.
 *
 * @param name what the calling side named itself: "center/center-1"
 * @param app the tenant on whose behalf; empty: the platform's own
 * @param deadlineNanos a reading of {@link System#nanoTime}
 */
public record Caller(String name, String app, long deadlineNanos) {
    /** What is left of the caller's time; zero or less: nobody waits any more. */
    public Duration remaining() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime());
    }
}
