package io.hawser.coordinator.uplink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;

/** What becomes of what goes up. No tag is an app's: there may be thousands. */
final class ForwardMeters {
    final Counter stored;
    final Counter refused;
    final Counter delivered;
    final Counter failed;
    final Counter targetDown;
    final Counter buried;
    final Counter unwanted;
    final Counter repliesIgnored;
    final Counter gaps;
    final Counter storeFailures;
    /** Of ours. */
    final Counter faults;

    final Timer attempt;

    private final MeterRegistry meters;

    ForwardMeters(MeterRegistry meters) {
        this.meters = meters;
        stored = uplinks("stored", "Uplinks that were stored");
        refused = uplinks("refused", "Uplinks that were not taken");
        delivered = forwarded("delivered", "Items that a back end took");
        failed = forwarded("failed", "Attempts that a back end failed or refused");
        targetDown = forwarded("target-down", "Attempts at a back end that was down, or took nothing");
        buried = forwarded("dead-letter", "Items that were given up");
        unwanted = forwarded("unwanted", "Events that no callback wants any more");
        repliesIgnored = counter(
                "hawser.coordinator.replies.ignored",
                "Answers to who asked for a reply that hold none, or a wrong one");
        gaps = counter(
                "hawser.coordinator.gaps", "Items that came before others of their stream, which were then read");
        storeFailures =
                counter("hawser.coordinator.store.failures", "Requests to the outbox that failed and are repeated");
        faults = counter("hawser.coordinator.faults", "Faults of ours: attempts and tasks that threw");
        attempt = Timer.builder("hawser.coordinator.attempt")
                .description("How long back ends take to answer")
                .register(meters);
    }

    /** Reads figures of the owner's from other threads: close enough. */
    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(meters);
    }

    private Counter uplinks(String outcome, String description) {
        return Counter.builder("hawser.coordinator.uplinks")
                .tag("outcome", outcome)
                .description(description)
                .register(meters);
    }

    private Counter forwarded(String outcome, String description) {
        return Counter.builder("hawser.coordinator.forwarded")
                .tag("outcome", outcome)
                .description(description)
                .register(meters);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
