package io.hawser.rpc.link;

import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a {@link LinkServer} counts. */
final class ServerMeters {
    final Counter requests;
    final Counter skipped;
    final Counter pauses;
    final DistributionSummary batchReplies;

    private final MeterRegistry registry;
    private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);
    private final List<Meter> gauges;

    ServerMeters(MeterRegistry registry, Collection<ServerStream> streams) {
        this.registry = registry;
        requests = counter("hawser.link.server.requests", "Requests taken");
        skipped = counter("hawser.link.server.skipped", "Requests not handled because their time was over");
        pauses = counter(
                "hawser.link.server.pauses", "Times that reading from a stream waited for replies to be written");
        batchReplies = DistributionSummary.builder("hawser.link.server.batch.replies")
                .description("Replies in a batch")
                .register(registry);
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(code, failures(code));
        }
        gauges = List.of(
                Gauge.builder("hawser.link.server.streams", streams, Collection::size)
                        .description("Streams that are open")
                        .register(registry),
                Gauge.builder("hawser.link.server.in.flight", streams, ServerMeters::inFlight)
                        .description("Requests in hand")
                        .register(registry));
    }

    void failed(ErrorCode code) {
        Counter counter = failures.get(code);
        if (counter != null) {
            counter.increment();
        }
    }

    /** Takes the gauges back, whose owner ends. */
    void close() {
        gauges.forEach(registry::remove);
    }

    private static double inFlight(Collection<ServerStream> streams) {
        return streams.stream().mapToInt(ServerStream::inFlight).sum();
    }

    private Counter counter(String name, String what) {
        return Counter.builder(name).description(what).register(registry);
    }

    private Counter failures(ErrorCode code) {
        return Counter.builder("hawser.link.server.failures")
                .description("Requests that failed")
                .tag("code", code.name())
                .register(registry);
    }
}
