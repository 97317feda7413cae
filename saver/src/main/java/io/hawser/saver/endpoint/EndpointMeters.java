package io.hawser.saver.endpoint;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What this saver counts of endpoints. */
final class EndpointMeters {
    final Counter opened;
    /** Cursors that were saved. */
    final Counter cursors;
    /** Members that the API added, and that it removed. */
    final Counter added;

    final Counter removed;

    EndpointMeters(MeterRegistry meters) {
        opened = meters.counter("hawser.saver.endpoints.opened");
        cursors = meters.counter("hawser.saver.endpoints.cursors");
        added = meters.counter("hawser.saver.memberships.added");
        removed = meters.counter("hawser.saver.memberships.removed");
    }
}
