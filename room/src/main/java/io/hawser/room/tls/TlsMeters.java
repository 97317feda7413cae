package io.hawser.room.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is counted of TLS. */
final class TlsMeters {
    private final Counter done;
    private final Counter failed;
    private final Counter loaded;
    private final Counter refused;
    private volatile @Nullable Instant expiry;

    TlsMeters(Clock clock, MeterRegistry meters) {
        done = meters.counter("hawser.room.tls.handshakes", "outcome", "done");
        failed = meters.counter("hawser.room.tls.handshakes", "outcome", "failed");
        loaded = meters.counter("hawser.room.tls.loads", "outcome", "loaded");
        refused = meters.counter("hawser.room.tls.loads", "outcome", "refused");
        Gauge.builder("hawser.room.tls.expires.seconds", this, self -> self.secondsLeft(clock))
                .description("How long the certificate in use is valid yet")
                .register(meters);
    }

    private double secondsLeft(Clock clock) {
        Instant until = expiry;
        return until == null
                ? Double.NaN
                : Duration.between(clock.instant(), until).toSeconds();
    }

    void loaded(Instant validUntil) {
        expiry = validUntil;
        loaded.increment();
    }

    void refused() {
        refused.increment();
    }

    void handshakeDone() {
        done.increment();
    }

    void handshakeFailed() {
        failed.increment();
    }
}
