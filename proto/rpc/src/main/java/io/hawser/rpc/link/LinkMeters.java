package io.hawser.rpc.link;

import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a {@link LinkClient} counts. */
final class LinkMeters {
    final Counter calls;
    final Counter reconnects;
    final Counter lateReplies;
    final Counter overflows;
    final DistributionSummary batchRequests;

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);
    private final List<Meter> gauges = new ArrayList<>();

    LinkMeters(MeterRegistry registry, String service) {
        this.registry = registry;
        this.tags = Tags.of("service", service);
        calls = counter("hawser.link.calls", "Calls made");
        reconnects = counter("hawser.link.reconnects", "Connections that were lost, or could not be made");
        lateReplies = counter("hawser.link.late.replies", "Replies that came after their deadline, and were dropped");
        overflows = counter("hawser.link.overflows", "Calls refused because a stream or an app's share of it was full");
        batchRequests = DistributionSummary.builder("hawser.link.batch.requests")
                .description("Requests in a batch")
                .tags(tags)
                .register(registry);
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(code, failures(code));
        }
    }

    void failed(ErrorCode code) {
        Counter counter = failures.get(code);
        if (counter != null) {
            counter.increment();
        }
    }

    <T> void gauge(String name, String what, T owner, ToDoubleFunction<T> value) {
        gauges.add(
                Gauge.builder(name, owner, value).description(what).tags(tags).register(registry));
    }

    /** Takes the gauges back, whose owner ends. */
    void close() {
        gauges.forEach(registry::remove);
    }

    private Counter counter(String name, String what) {
        return Counter.builder(name).description(what).tags(tags).register(registry);
    }

    private Counter failures(ErrorCode code) {
        return Counter.builder("hawser.link.failures")
                .description("Calls that failed")
                .tags(tags.and("code", code.name()))
                .register(registry);
    }
}
