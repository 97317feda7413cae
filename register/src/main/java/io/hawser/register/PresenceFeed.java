package io.hawser.register;

import io.hawser.rpc.event.EventSink;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What lanes need to tell who comes and goes.
 *
 * @param told who was told online last, for those slots that were another's
 * @param parking how long a device is without a session before it is offline; asked before each use
 * @param settings asked before each use
 * @param clock of the times that are told
 */
record PresenceFeed(
        EventSink events,
        ToldSource told,
        Supplier<Duration> parking,
        Supplier<PresenceSettings> settings,
        Clock clock) {
    /** @param stamps of the lane */
    Presence presence(StampClock stamps, LongSupplier nanoTime, RegisterMetrics metrics) {
        return new Presence(events, stamps, parking, settings, nanoTime, clock, metrics);
    }

    Comparison comparison(Lane lane) {
        return new Comparison(lane, told, settings);
    }
}
