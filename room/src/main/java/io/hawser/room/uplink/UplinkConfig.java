package io.hawser.room.uplink;

import io.hawser.keeper.config.ByteSize;
import io.hawser.wire.Bounds;
import java.time.Duration;

/**
 * What clients may send up. Changes hold at once, for those that are connected too.
 *
 * @param perSecond uplinks that an app on a connection may send, on average; beyond: RESOURCE_EXHAUSTED
 * @param burst uplinks that it may send at once, after a rest
 * @param maxWaiting uplinks of a binding that wait for the one before them to be stored; beyond: RESOURCE_EXHAUSTED
 * @param maxBytesPerLoop bodies of uplinks that are in the hands of an event loop, of an app as many as are free still;
 *     beyond: RESOURCE_EXHAUSTED
 * @param maxInFlightPerLoop uplinks that an event loop has with coordinators, of an app as many as are free still; beyond:
 *     they wait, the apps in turn
 * @param maxOnceInFlight uplinks that are not stored and that an app on a connection has with coordinators;
 *     beyond: RESOURCE_EXHAUSTED
 * @param storeWithin how long a coordinator may take to have one stored
 * @param onceWithin how long it may take to try one that is not stored
 */
public record UplinkConfig(
        int perSecond,
        int burst,
        int maxWaiting,
        ByteSize maxBytesPerLoop,
        int maxInFlightPerLoop,
        int maxOnceInFlight,
        Duration storeWithin,
        Duration onceWithin) {
    public UplinkConfig {
        Bounds.within("perSecond", perSecond, 1, 1_000_000);
        Bounds.within("burst", burst, 1, 1_000_000);
        Bounds.within("maxWaiting", maxWaiting, 1, 65_536);
        Bounds.within("maxBytesPerLoop", maxBytesPerLoop.bytes(), 64 << 10, 1L << 31);
        Bounds.within("maxInFlightPerLoop", maxInFlightPerLoop, 1, 1 << 20);
        Bounds.within("maxOnceInFlight", maxOnceInFlight, 1, 65_536);
        Bounds.within("storeWithin ms", storeWithin.toMillis(), 1, 600_000);
        Bounds.within("onceWithin ms", onceWithin.toMillis(), 1, 600_000);
    }

    public static UplinkConfig defaults() {
        return new UplinkConfig(
                50, 200, 64, ByteSize.ofKibibytes(16 * 1024), 1_024, 16, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }
}
