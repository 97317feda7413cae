package io.hawser.coordinator.event;

import java.time.Duration;

/**
 * How state events are taken.
 *
 * @param maxPendingPerApp events and uplinks of an app that may be undelivered in the store; events beyond are dropped
 * @param storeTimeout how long a saver may take to answer
 * @param watchEvery how often it is looked for messages that are due to be acknowledged
 */
public record EventSettings(int maxPendingPerApp, Duration storeTimeout, Duration watchEvery) {
    public EventSettings {
        if (maxPendingPerApp < 1 || !storeTimeout.isPositive() || !watchEvery.isPositive()) {
            throw new IllegalArgumentException("maxPendingPerApp: " + maxPendingPerApp + ", storeTimeout: "
                    + storeTimeout + ", watchEvery: " + watchEvery + " (expected: more than zero each)");
        }
    }

    public static EventSettings defaults() {
        return new EventSettings(1_000_000, Duration.ofSeconds(5), Duration.ofSeconds(1));
    }
}
