package io.hawser.rpc.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of events that are told. */
final class EventMeters {
    final Counter told;
    final Counter repeated;
    /** The queue was full. */
    final Counter dropped;
    /** The coordinator would not have them, ever. */
    final Counter rejected;
    /** Their app's outbox was full. */
    final Counter refused;
    /** Still waiting at the end. */
    final Counter abandoned;

    /** Faults of ours: what was being told is told again. */
    final Counter faults;

    final Counter pollsFailed;

    EventMeters(MeterRegistry meters) {
        told = meters.counter("hawser.events", "outcome", "told");
        repeated = meters.counter("hawser.events", "outcome", "repeated");
        dropped = meters.counter("hawser.events", "outcome", "dropped");
        rejected = meters.counter("hawser.events", "outcome", "rejected");
        refused = meters.counter("hawser.events", "outcome", "refused");
        abandoned = meters.counter("hawser.events", "outcome", "abandoned");
        faults = meters.counter("hawser.events.faults");
        pollsFailed = meters.counter("hawser.events.polls.failed");
    }
}
