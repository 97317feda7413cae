package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes up to an app's back end, from clients and of them, on real sockets. */
final class BackEndTest {
    private final StubCoordinator coordinator = new StubCoordinator();
    private final TestPlatform platform = new TestPlatform();

    BackEndTest() {
        platform.context.membership("coordinator").set(coordinator.peer());
    }

    @AfterEach
    void stopAll() {
        platform.close();
        coordinator.close();
    }

    private static Uplink uplink(int number) {
        return Uplink.newBuilder()
                .setBinding(1)
                .setNumber(number)
                .setPrev(number - 1L)
                .setRoute("orders")
                .setBody(ByteString.copyFromUtf8("order " + number))
                .build();
    }

    /** Deliveries are not told before it is known that they are wanted; a second message shows that they are. */
    private StateEvent awaitEvent(EventKind kind) {
        await().until(() -> coordinator.events.stream().anyMatch(event -> event.getKind() == kind));
        return coordinator.events.stream()
                .filter(event -> event.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void uplinksReachTheCoordinatorInOrderAndAreAnswered() {
        try (TestClient client = platform.connect()) {
            client.bound("alice", 0);
            for (int number = 1; number <= 50; number++) {
                client.send(FrameType.UPLINK, uplink(number));
            }
            long answered = 0;
            while (answered < 50) {
                UplinkAck answer = client.expect(FrameType.UPLINK_ACK, UplinkAck.parser());
                assertThat(answer.getCode()).as(answer.getDetail()).isZero();
                assertThat(answer.getNumber()).isGreaterThan(answered);
                answered = answer.getNumber();
            }
        }
        assertThat(coordinator.uplinks).hasSize(50);
        assertThat(coordinator.uplinks).extracting("number_").isSorted();
    }

    @Test
    void whileNoCoordinatorStoresThemTheClientIsSentToComeAgain() {
        coordinator.failing = true;
        try (TestClient client = platform.connect()) {
            client.bound("alice", 0);
            client.send(FrameType.UPLINK, uplink(1));
            UplinkAck refusal = client.expect(FrameType.UPLINK_ACK, UplinkAck.parser());
            assertThat(refusal.getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
            assertThat(refusal.getRetryAfterMs()).isPositive();
            coordinator.failing = false;
            client.send(FrameType.UPLINK, uplink(1));
            assertThat(client.expect(FrameType.UPLINK_ACK, UplinkAck.parser()).getCode())
                    .isZero();
        }
    }

    @Test
    void deliveriesAreToldOnceTheSaverKnowsOfThem() {
        try (TestClient client = platform.connect()) {
            client.bound("alice", 0);
            long told = 0;
            while (coordinator.events.isEmpty()) {
                told = platform.saver.append("alice", "hello");
                platform.push("alice", told - 1, told, "hello");
                client.acknowledge(client.message().getSeq());
            }
        }
        StateEvent event = awaitEvent(EventKind.EVENT_DELIVERED);
        assertThat(event.getUser()).isEqualTo("alice");
        assertThat(event.getMailbox()).isEqualTo("user");
        assertThat(event.getDevice()).isEmpty();
        assertThat(event.getSeq()).isGreaterThan(event.getSince());
    }

    @Test
    void deliveriesOfAMailboxLeaveNoGaps() {
        try (TestClient client = platform.connect()) {
            client.bound("alice", 0);
            for (int i = 1; i <= 200 || coordinator.events.isEmpty(); i++) {
                long seq = platform.saver.append("alice", "m" + i);
                platform.push("alice", seq - 1, seq, "m" + i);
                client.acknowledge(client.message().getSeq());
            }
        }
        List<StateEvent> events = List.copyOf(coordinator.events);
        for (int i = 1; i < events.size(); i++) {
            assertThat(events.get(i).getSince()).isEqualTo(events.get(i - 1).getSeq());
        }
    }

    @Test
    void aKickIsTold() {
        try (TestClient first = platform.connect()) {
            first.bound("bob", 0);
            while (coordinator.events.isEmpty()) {
                long seq = platform.saver.append("bob", "x");
                platform.push("bob", seq - 1, seq, "x");
                first.acknowledge(first.message().getSeq());
            }
            Kick kick = Kick.newBuilder()
                    .setSession(platform.register.session("bob"))
                    .setCause(KickCause.KICK_BY_APP)
                    .setDetail("logged out")
                    .build();
            assertThat(platform.end(kick).getEnded()).isTrue();
            first.expect(FrameType.KICKED, Kicked.parser());
            StateEvent event = awaitEvent(EventKind.EVENT_KICKED);
            assertThat(event.getStamp()).isEqualTo(kick.getSession().getStamp());
            assertThat(event.getDetail()).isEqualTo("logged out");
        }
    }
}
