package io.hawser.room.links;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.room.SettableMembership;
import io.hawser.room.connection.Carrier;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.rpc.v1.RoomLoad;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rooms that dispatchers name, with time in the test's hands. */
final class DispatcherReportsTest {
    private volatile List<String> others = List.of("10.0.0.2:7001");
    private volatile long nowNanos;

    private final LinkServer dispatcher = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(
                    DispatcherGrpc.getReportLoadMethod(),
                    (load, caller) -> CompletableFuture.completedFuture(ReportLoadReply.newBuilder()
                            .addAllAlternatives(others)
                            .build()))
            .start("127.0.0.1", 0);
    private final SettableMembership members = new SettableMembership();
    private final LinkClient client =
            new LinkClient("room/room-1", "dispatcher", members, LinkSettings.defaults(), new SimpleMeterRegistry());
    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
    private final DispatcherReports reports = new DispatcherReports(
            client,
            RoomLoad::getDefaultInstance,
            Duration.ofSeconds(10),
            owner,
            () -> nowNanos,
            new SimpleMeterRegistry());

    @BeforeEach
    void oneDispatcher() {
        members.set(new Peer("dispatcher", "dispatcher-1", "127.0.0.1", dispatcher.port(), 1, ""));
    }

    @AfterEach
    void close() {
        owner.shutdownNow();
        client.close();
        dispatcher.close();
    }

    private List<String> alternatives() {
        return reports.alternatives(Carrier.TCP.transport());
    }

    @Test
    void whatWasNamedHoldsForAMinute() {
        assertThat(alternatives()).isEmpty();
        // One that fails is made good by the next.
        await().untilAsserted(() -> {
            reports.report().join();
            assertThat(alternatives()).containsExactly("10.0.0.2:7001");
        });

        others = List.of();
        nowNanos = Duration.ofSeconds(59).toNanos();
        reports.report().join();
        assertThat(alternatives()).containsExactly("10.0.0.2:7001");

        nowNanos = Duration.ofSeconds(61).toNanos();
        assertThat(alternatives()).isEmpty();
    }
}
