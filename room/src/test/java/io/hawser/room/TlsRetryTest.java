package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.tls.Tls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates whose time has not come, with time in the test's hands. */
final class TlsRetryTest {
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Instant now = Instant.now();
    private final InstantSource instants = () -> now;
    private final Clock clock = instants.withZone(ZoneOffset.UTC);

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private double loads(String outcome) {
        return meters.get("hawser.room.tls.loads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void whatIsNotValidYetIsTakenOnceItIs(@TempDir Path directory) {
        TestCertificates certificates = new TestCertificates(directory);
        certificates.install(certificates.issue("CN=room"));
        try (Tls tls = Tls.open(certificates.config(), loops, clock, meters)) {
            assertThat(loads("loaded")).isEqualTo(1);

            now = now.minus(Duration.ofDays(3));
            certificates.install(certificates.issue("CN=next"));
            tls.refresh(certificates.config());
            tls.refresh(certificates.config());
            assertThat(loads("refused")).isEqualTo(1);
            assertThat(loads("loaded")).isEqualTo(1);

            now = now.plus(Duration.ofDays(3));
            tls.refresh(certificates.config());
            tls.refresh(certificates.config());
            assertThat(loads("loaded")).isEqualTo(2);
        }
    }
}
