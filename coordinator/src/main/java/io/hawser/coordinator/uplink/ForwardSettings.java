package io.hawser.coordinator.uplink;

import io.hawser.keeper.config.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * How what goes up is forwarded.
 *
 * @param maxInFlight attempts at once; what may go beyond waits its turn, one an app
 * @param maxInFlightPerApp the same, of one app
 * @param maxHeldPerApp items of an app in memory; the others stay in the store and are read as there is room
 * @param maxHeldBytesPerApp the same, by size
 * @param maxHeldBytes the same, of all apps: each may have as much as is still free
 * @param maxHeldPerStream items of one endpoint's uplinks, or events, in memory
 * @param maxStreamsPerApp streams of an app in memory, those that wait for their next attempt among them
 * @param maxStreams the same, of all apps
 * @param maxPendingPerApp items of an app that may be undelivered in the store; beyond: RESOURCE_EXHAUSTED
 * @param retrySchedule waits before the second attempt, the third, and so on; after the last, a dead letter
 * @param giveUpAfter how long an item waits at most for a back end that is down, or for a callback that was removed
 * @param parkAfter a stream that waits longer for its next attempt keeps nothing in memory
 * @param firstProbe how long after a back end was found to be down it is tried again; doubles
 * @param maxProbe the longest wait between such tries
 * @param gonePause the wait after a back end said 410 Gone
 * @param failuresToOpen so many failures in a row, of two streams at least, mean that the back end is down
 * @param rescanEvery how often the store is asked for what this memory was not told of
 * @param storeTimeout how long a saver may take to answer
 */
public record ForwardSettings(
        int maxInFlight,
        int maxInFlightPerApp,
        int maxHeldPerApp,
        ByteSize maxHeldBytesPerApp,
        ByteSize maxHeldBytes,
        int maxHeldPerStream,
        int maxStreamsPerApp,
        int maxStreams,
        int maxPendingPerApp,
        List<Duration> retrySchedule,
        Duration giveUpAfter,
        Duration parkAfter,
        Duration firstProbe,
        Duration maxProbe,
        Duration gonePause,
        int failuresToOpen,
        Duration rescanEvery,
        Duration storeTimeout) {
    public ForwardSettings {
        positive("maxInFlight", maxInFlight);
        positive("maxInFlightPerApp", maxInFlightPerApp);
        positive("maxHeldPerApp", maxHeldPerApp);
        positive("maxHeldPerStream", maxHeldPerStream);
        positive("maxStreamsPerApp", maxStreamsPerApp);
        positive("maxStreams", maxStreams);
        positive("maxPendingPerApp", maxPendingPerApp);
        positive("failuresToOpen", failuresToOpen);
        retrySchedule = List.copyOf(retrySchedule);
        retrySchedule.forEach(wait -> positive("retrySchedule", wait));
        positive("giveUpAfter", giveUpAfter);
        positive("firstProbe", firstProbe);
        positive("maxProbe", maxProbe);
        positive("gonePause", gonePause);
        positive("rescanEvery", rescanEvery);
        positive("storeTimeout", storeTimeout);
    }

    /** The retry schedule is that of the Standard Webhooks specification; who waits is given up when it ends. */
    public static ForwardSettings defaults() {
        return new ForwardSettings(
                16_384,
                64,
                10_000,
                ByteSize.ofMebibytes(16),
                ByteSize.ofMebibytes(256),
                64,
                50_000,
                400_000,
                1_000_000,
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(5),
                        Duration.ofHours(10),
                        Duration.ofHours(14),
                        Duration.ofHours(20),
                        Duration.ofHours(24)),
                Duration.ofHours(76),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(15),
                Duration.ofMinutes(5),
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
