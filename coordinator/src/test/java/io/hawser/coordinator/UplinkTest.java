package io.hawser.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Uplinks from a room to a real HTTP server, through a coordinator and a saver on real stores. */
class UplinkTest {
    private static UpCluster cluster;

    private BackEnd backEnd = new BackEnd();

    @BeforeAll
    static void startCluster() {
        cluster = new UpCluster();
        cluster.startCoordinator(
                "coordinator-1",
                Map.of(
                        "uplinks.firstProbe",
                        "100ms",
                        "uplinks.maxProbe",
                        "300ms",
                        "uplinks.rescanEvery",
                        "500ms",
                        "uplinks.retrySchedule",
                        "[100ms, 100ms]"));
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void stopBackEnd() {
        backEnd.close();
    }

    @Test
    void anUplinkReachesTheBackEndSigned() {
        cluster.putApp("first", UpCluster.callback("all", backEnd).build());

        cluster.carryUntilTaken(UpCluster.uplink("first", "alice", 1).build());

        await().until(() -> backEnd.calls().size() == 1);
        BackEnd.Call call = backEnd.calls().getFirst();
        assertThat(call.signed()).isTrue();
        assertThat(call.body())
                .matches(
                        "\\{\"type\":\"uplink\",\"timestamp\":\"[^\"]*Z\",\"data\":\\{\"app\":\"first\","
                                + "\"user\":\"alice\",\"device\":\"phone\",\"route\":\"orders\",\"number\":1,\"text\":\"order 1\"}}");
    }

    @Test
    void aRouteThatNoCallbackTakesIsRefused() {
        cluster.putApp(
                "routes",
                UpCluster.callback("some", backEnd)
                        .clearRoutes()
                        .addRoutes("chat.*")
                        .build());

        await().untilAsserted(() -> assertThatThrownBy(() ->
                        cluster.carry(UpCluster.uplink("routes", "alice", 1).build()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessage("route: orders (expected: one that a callback of the app takes)"));
    }
}
