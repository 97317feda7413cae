package io.hawser.rpc.event;

import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * How state events are told.
 *
 * @param maxWaiting events that wait to be taken by a coordinator; beyond: the oldest of an app that has more than
 *     its share is dropped
 * @param maxBatch events in one request
 * @param timeout how long a coordinator may take
 * @param firstBackoff the wait after the first failure; it doubles with each, and half of it is drawn by lot
 * @param maxBackoff the longest wait between attempts
 * @param poll how often coordinators are asked which events are wanted
 */
public record EventSettings(
        int maxWaiting, int maxBatch, Duration timeout, Duration firstBackoff, Duration maxBackoff, Duration poll) {
    public EventSettings {
        Bounds.within("maxWaiting", maxWaiting, EventCourier.LANES, 1 << 24);
        Bounds.within("maxBatch", maxBatch, 1, 10_000);
        Bounds.within("timeout ms", timeout.toMillis(), 1, 60_000);
        Bounds.within("firstBackoff ms", firstBackoff.toMillis(), 1, maxBackoff.toMillis());
        Bounds.within("maxBackoff ms", maxBackoff.toMillis(), 1, 3_600_000);
        Bounds.within("poll ms", poll.toMillis(), 10, 60_000);
    }

    public static EventSettings defaults() {
        return new EventSettings(
                65_536,
                256,
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1));
    }
}
