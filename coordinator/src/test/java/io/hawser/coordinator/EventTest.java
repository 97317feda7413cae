package io.hawser.coordinator;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.ListToldOnlineRequest;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsRequest;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsRequest;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** State events, from who tells them to a real HTTP server. */
class EventTest {
    private static UpCluster cluster;
    private static BackEnd backEnd;

    @BeforeAll
    static void startEverything() {
        cluster = new UpCluster();
        backEnd = new BackEnd();
        cluster.startCoordinator(
                "coordinator-1", Map.of("events.watchEvery", "100ms", "events.maxPendingPerApp", "16"));
        cluster.putApp(
                "demo",
                UpCluster.callback("states", backEnd)
                        .clearRoutes()
                        .addEvents("offline")
                        .addEvents("kicked")
                        .addEvents("undelivered")
                        .build());
        cluster.putApp(
                "full",
                Callback.newBuilder()
                        .setId("nobody")
                        .addUrls("http://127.0.0.1:1/hook")
                        .addSecrets(ByteString.copyFrom(BackEnd.secret()))
                        .addEvents("bound")
                        .build());
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> cluster.ofCoordinator(
                                        CoordinatorGrpc.getWantedEventsMethod(),
                                        WantedEventsRequest.getDefaultInstance())
                                .getAppsCount()
                        == 2);
    }

    @AfterAll
    static void stopEverything() {
        cluster.close();
        backEnd.close();
    }

    @Test
    void whatIsWantedIsListed() {
        assertThat(cluster.ofCoordinator(
                                CoordinatorGrpc.getWantedEventsMethod(), WantedEventsRequest.getDefaultInstance())
                        .getAppsList())
                .filteredOn(app -> app.getApp().equals("demo"))
                .singleElement()
                .extracting(WantedEventsOfApp::getKindsList, as(InstanceOfAssertFactories.LIST))
                .containsExactly(EventKind.EVENT_OFFLINE, EventKind.EVENT_KICKED, EventKind.EVENT_UNDELIVERED);
    }

    @Test
    void offlineIsToldOnceAndOnlineNotAtAllWhereNobodyWantsIt() {
        tell(event("alice", EventKind.EVENT_ONLINE, 1));
        tell(event("alice", EventKind.EVENT_ONLINE, 1));
        assertThat(cluster.ofCoordinator(
                                CoordinatorGrpc.getToldOnlineMethod(),
                                ListToldOnlineRequest.newBuilder()
                                        .addSlots(Slot.of("demo", "alice"))
                                        .build())
                        .getEndpointsList())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.getUser()).isEqualTo("alice"));
        StateEvent offline = event("alice", EventKind.EVENT_OFFLINE, 1).toBuilder()
                .setReason(EndReason.END_CONNECTION_LOST)
                .setRoom("room-1")
                .build();
        tell(offline);
        tell(offline);
        tell(event("alice", EventKind.EVENT_KICKED, 1));

        await().atMost(Duration.ofSeconds(20)).until(() -> types("alice").contains("state.kicked"));
        assertThat(types("alice")).isEqualTo("state.offline state.kicked");
        assertThat(body("alice"))
                .isEqualTo("{\"type\":\"state.offline\",\"timestamp\":\"1970-01-01T00:00:01.000Z\",\"data\":{"
                        + "\"app\":\"demo\",\"user\":\"alice\",\"device\":\"phone\",\"stamp\":{\"version\":1,"
                        + "\"counter\":1},\"room\":\"room-1\",\"reason\":\"connection_lost\"}}");
    }

    @Test
    void whoTellsMoreThanTheOutboxTakesHearsHowManyAreLost() {
        AtomicLong counter = new AtomicLong();
        await().until(() -> {
            TellEventsRequest.Builder request = TellEventsRequest.newBuilder();
            for (int n = 0; n < 20; n++) {
                request.addEvents(event("carol", EventKind.EVENT_BOUND, counter.incrementAndGet()).toBuilder()
                        .setApp("full"));
            }
            return cluster.ofCoordinator(CoordinatorGrpc.getTellEventsMethod(), request.build())
                            .getRefused()
                    > 0;
        });
    }

    @Test
    void aMessageThatIsNotAcknowledgedInTimeIsTold() {
        int slot = Slot.of("demo", "bob");
        AppendRequest message = AppendRequest.newBuilder()
                .setApp("demo")
                .setUser("bob")
                .setRequestId("request-1")
                .setBodyHash(ByteString.copyFromUtf8("sixteen bytes of"))
                .setContent(ByteString.copyFromUtf8("content"))
                .setExpiresMs(System.currentTimeMillis() + 600_000)
                .setMaxMessages(10)
                .setMaxBytes(1_000)
                .build();
        long seq = await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(
                        () -> cluster.ofSaver(slot, SaverGrpc.getAppendMethod(), message)
                                .getSeq(),
                        given -> given > 0);
        cluster.ofSaver(
                OutboxGrpc.getWatchDeliveryMethod(),
                WatchDeliveryRequest.newBuilder()
                        .setApp("demo")
                        .setUser("bob")
                        .setSeq(seq)
                        .setDueMs(1_000)
                        .build());

        await().atMost(Duration.ofSeconds(20)).until(() -> types("bob").equals("state.undelivered"));
        assertThat(body("bob")).endsWith("\"data\":{\"app\":\"demo\",\"user\":\"bob\",\"seq\":" + seq + "}}");
    }

    private static String types(String user) {
        return String.join(
                " ",
                backEnd.taken().stream()
                        .filter(call -> call.data().path("user").asText().equals(user))
                        .map(call -> call.json().path("type").asText())
                        .toList());
    }

    private static String body(String user) {
        return backEnd.taken().stream()
                .filter(call -> call.data().path("user").asText().equals(user))
                .findFirst()
                .orElseThrow()
                .body();
    }

    private static void tell(StateEvent event) {
        cluster.ofCoordinator(
                CoordinatorGrpc.getTellEventsMethod(),
                TellEventsRequest.newBuilder().addEvents(event).build());
    }

    private static StateEvent event(String user, EventKind kind, long counter) {
        return StateEvent.newBuilder()
                .setKind(kind)
                .setApp("demo")
                .setUser(user)
                .setDevice("phone")
                .setStamp(Stamp.newBuilder().setMembershipVersion(1).setCounter(counter))
                .setAtMs(1_000)
                .build();
    }
}
