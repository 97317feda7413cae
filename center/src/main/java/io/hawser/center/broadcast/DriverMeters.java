package io.hawser.center.broadcast;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the driver of slices does. */
final class DriverMeters {
    private final AtomicInteger held = new AtomicInteger();
    private final Counter leasesFailed;
    private final Counter lost;
    private final Counter granted;
    private final Counter notGranted;
    private final Counter appended;
    private final Counter refused;
    private final Counter listWaits;

    DriverMeters(MeterRegistry meters) {
        Gauge.builder("hawser.center.slices", held, AtomicInteger::get)
                .description("Parts of broadcasts that this center drives")
                .register(meters);
        leasesFailed = Counter.builder("hawser.center.slices.leases.failed")
                .description("Turns in which no saver answered for the leases")
                .register(meters);
        lost = Counter.builder("hawser.center.slices.lost")
                .description("Slices given up because their lease was another's, or over")
                .register(meters);
        granted = outcome(meters, "hawser.center.grants", "Grants of pace to rooms", "taken");
        notGranted = outcome(meters, "hawser.center.grants", "Grants of pace to rooms", "failed");
        appended = outcome(meters, "hawser.center.list.users", "Users of lists who were served", "stored");
        refused = outcome(meters, "hawser.center.list.users", "Users of lists who were served", "refused");
        listWaits = Counter.builder("hawser.center.list.waits")
                .description("Pauses of a list because savers could not serve")
                .register(meters);
    }

    void held(int slices) {
        held.set(slices);
    }

    void leaseFailed() {
        leasesFailed.increment();
    }

    void lost(int slices) {
        lost.increment(slices);
    }

    void granted(boolean taken) {
        (taken ? granted : notGranted).increment();
    }

    void appended(boolean stored) {
        (stored ? appended : refused).increment();
    }

    void listWaited() {
        listWaits.increment();
    }

    private static Counter outcome(MeterRegistry meters, String name, String description, String outcome) {
        return Counter.builder(name)
                .description(description)
                .tag("outcome", outcome)
                .register(meters);
    }
}
