package io.hawser.room.uplink;

import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of uplinks; the names are explained in the module's README. */
final class UplinkMeters {
    private final Map<ErrorCode, Counter> refused = new EnumMap<>(ErrorCode.class);
    private final AtomicInteger inHand = new AtomicInteger();
    private final Counter stored;
    private final Counter triedOnce;
    private final Counter skipped;

    UplinkMeters(MeterRegistry meters) {
        for (ErrorCode code : ErrorCode.values()) {
            String name = code.name().toLowerCase(Locale.ROOT);
            refused.put(code, meters.counter("hawser.room.uplinks.refused", "code", name));
        }
        meters.gauge("hawser.room.uplinks.in.hand", inHand);
        stored = meters.counter("hawser.room.uplinks", "outcome", "stored");
        triedOnce = meters.counter("hawser.room.uplinks", "outcome", "once");
        skipped = meters.counter("hawser.room.uplinks", "outcome", "skipped");
    }

    void taken() {
        inHand.incrementAndGet();
    }

    void letGo() {
        inHand.decrementAndGet();
    }

    void stored() {
        stored.increment();
    }

    void triedOnce() {
        triedOnce.increment();
    }

    /** It came behind one that was refused, and comes again with it. */
    void skipped() {
        skipped.increment();
    }

    void refused(ErrorCode code) {
        Counter counter = refused.get(code);
        if (counter != null) {
            counter.increment();
        }
    }
}
