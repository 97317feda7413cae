package io.hawser.center.message;

import io.hawser.rpc.v1.PushOutcome;
import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of pushes. */
final class PushMeters {
    private final MeterRegistry registry;
    private final Map<PushOutcome, Counter> outcomes = new EnumMap<>(PushOutcome.class);
    private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);
    private final Counter dropped;
    private final Counter offline;
    private final Counter goneTold;
    private final Counter goneNotTold;

    PushMeters(MeterRegistry registry) {
        this.registry = registry;
        for (PushOutcome outcome : PushOutcome.values()) {
            outcomes.put(outcome, counter("hawser.center.pushes", "outcome", outcome.name(), "Pushes that rooms took"));
        }
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(code, counter("hawser.center.pushes.failed", "code", code.name(), "Messages not pushed"));
        }
        dropped = Counter.builder("hawser.center.pushes.dropped")
                .description("Messages not pushed because too many are in hand")
                .register(registry);
        offline = Counter.builder("hawser.center.pushes.offline")
                .description("Messages whose user was nowhere")
                .register(registry);
        String gone = "Sessions that a register was told are not in their room any more";
        goneTold = counter("hawser.center.sessions.gone", "outcome", "told", gone);
        goneNotTold = counter("hawser.center.sessions.gone", "outcome", "failed", gone);
    }

    void inHand(AtomicInteger inHand) {
        Gauge.builder("hawser.center.pushes.pending", inHand, AtomicInteger::get)
                .description("Messages that are being looked up or pushed")
                .register(registry);
    }

    void pushed(PushOutcome outcome) {
        Objects.requireNonNull(outcomes.get(outcome)).increment();
    }

    void failed(ErrorCode code) {
        Objects.requireNonNull(failures.get(code)).increment();
    }

    void dropped() {
        dropped.increment();
    }

    void offline() {
        offline.increment();
    }

    void goneSession(boolean told) {
        (told ? goneTold : goneNotTold).increment();
    }

    private Counter counter(String name, String tag, String value, String description) {
        return Counter.builder(name)
                .description(description)
                .tag(tag, value.toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
