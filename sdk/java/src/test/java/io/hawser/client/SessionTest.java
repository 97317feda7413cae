package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.TokenExpiring;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the client says on a connection, and what it makes of what the room says. */
class SessionTest extends PushClientHarness {
    @Test
    void bindsAsItWasBuilt() throws Exception {
        start(alice().deviceClass("phone").clientVersion("4.2").network(() -> "wifi"));

        FakeRoom.Line line = room.accept();
        assertThat(line.greet(30).getNetwork()).isEqualTo("wifi");
        Bind bind = line.awaitBind();
        assertThat(bind.getApp()).isEqualTo("demo");
        assertThat(bind.getUser()).isEqualTo("alice");
        assertThat(bind.getDevice()).isEqualTo("d1");
        assertThat(bind.getDeviceClass()).isEqualTo("phone");
        assertThat(bind.getToken()).isEqualTo("token");
        assertThat(bind.getPosition()).isZero();
        assertThat(bind.getInstallationNonce().size()).isBetween(8, 32);
        line.bound(0);
        listener.awaitState(ClientState.BOUND);
    }

    @Test
    void asksForATokenBeforeEachBind() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> "token-" + tokens.incrementAndGet()));
        FakeRoom.Line line = room.accept();
        line.greet(30);
        assertThat(line.awaitBind().getToken()).isEqualTo("token-1");
        line.unbound(ErrorCode.TOKEN_EXPIRED, 0);

        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getToken()).isEqualTo("token-2");
    }

    @Test
    void aTokenSourceThatThrowsIsAskedAgain() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> {
            if (tokens.incrementAndGet() == 1) {
                throw new IOException("back end away");
            }
            return "token";
        }));
        room.accept().greet(30);
        FakeRoom.Line next = room.accept();
        next.greet(30);
        assertThat(next.awaitBind().getToken()).isEqualTo("token");
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("back end away");
    }

    @Test
    void aTokenSourceThatFailsAsNoneShouldIsAskedAgain() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> {
            if (tokens.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("of the app's");
            }
            return "token";
        }));
        room.accept().greet(30);
        room.acceptBound(0);
        listener.awaitState(ClientState.BOUND);
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("of the app's");
    }

    @Test
    void aRenewalThatFailsAsNoneShouldIsToldAndTheConnectionStays() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> {
            if (tokens.incrementAndGet() == 2) {
                throw new NoClassDefFoundError("of the app's");
            }
            return "token";
        }));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(
                FrameType.TOKEN_EXPIRING,
                TokenExpiring.newBuilder().setBinding(1).build());
        Awaitility.await().until(() -> !listener.errors.isEmpty());
        line.message(0, 1);

        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("of the app's");
    }

    @Test
    void aTokenThatEndsWhileTheListenerIsBehindIsRenewedAndNothingIsLost() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        RecordingListener slow = new RecordingListener() {
            @Override
            public void onMessage(PushMessage message) throws Exception {
                release.await();
                super.onMessage(message);
            }
        };
        start(alice().listener(slow).inboxCapacity(1).tokenSource(() -> "token-" + tokens.incrementAndGet()));
        FakeRoom.Line line = room.acceptBound(0);
        for (int seq = 1; seq <= 5; seq++) {
            line.message(seq - 1, seq);
        }
        line.send(
                FrameType.TOKEN_EXPIRING,
                TokenExpiring.newBuilder().setBinding(1).build());
        line.unbound(ErrorCode.TOKEN_EXPIRED, 0);
        release.countDown();

        FakeRoom.Line next = room.accept();
        next.greet(30);
        Bind bind = next.awaitBind();
        assertThat(bind.getToken()).isNotEqualTo("token-1");
        next.bound(bind.getPosition());
        for (long seq = bind.getPosition() + 1; seq <= 6; seq++) {
            next.message(seq - 1, seq);
        }
        assertThat(slow.awaitTexts(6)).containsExactly("m1", "m2", "m3", "m4", "m5", "m6");
    }

    @Test
    void renewsTheTokenInPlace() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        start(alice().tokenSource(() -> "token-" + tokens.incrementAndGet()));
        FakeRoom.Line line = room.acceptBound(0);
        line.send(
                FrameType.TOKEN_EXPIRING,
                TokenExpiring.newBuilder().setBinding(1).build());

        RenewToken renew = Frames.parse(
                RenewToken.parser(), line.await(FrameType.RENEW_TOKEN).body());
        assertThat(renew.getToken()).isEqualTo("token-2");
    }

    @Test
    void anErrorAboutOneFrameIsToldAndNothingEnds() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.error(ErrorCode.ACK_BEYOND_SENT, false);
        line.message(0, 1);

        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.awaitErrors(1))
                .extracting(HawserException::code)
                .containsExactly(ErrorCode.ACK_BEYOND_SENT);
    }

    @Test
    void aRoomThatFallsSilentIsGivenUp() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(1);
        line.awaitBind();
        line.bound(0);
        line.await(FrameType.PING);

        assertThat(listener.awaitState(ClientState.WAITING).reason()).contains("silent");
        room.acceptBound(0);
    }

    @Test
    void aPongKeepsTheConnectionAndTheIntervalCanBeChanged() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.command(
                Command.newBuilder().setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds(1)));

        for (int i = 0; i < 4; i++) {
            line.await(FrameType.PING);
            line.send(Frames.pong());
        }
        line.message(0, 1);
        line.awaitAck(1);
    }

    @Test
    void answersAPing() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(Frames.ping());
        line.await(FrameType.PONG);
    }

    @Test
    void garbageFromARoomEndsTheConnectionAndNothingElse() throws Exception {
        start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        line.send(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1});

        FakeRoom.Line next = room.acceptBound(0);
        next.send(new byte[] {3, FrameType.MESSAGE, 18, 127});

        FakeRoom.Line last = room.acceptBound(0);
        last.send(Frames.encode(99, new byte[] {1, 2, 3}));
        last.message(0, 1);
        assertThat(listener.awaitMessage().seq()).isEqualTo(1);
        assertThat(listener.awaitErrors(2))
                .extracting(HawserException::code)
                .containsExactly(ErrorCode.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aBuilderSaysWhatIsMissing() {
        assertThatThrownBy(() -> PushClient.builder().app("demo").start())
                .hasMessage("user: 0 bytes (expected: 1 to 64)");
        assertThatThrownBy(() -> PushClient.builder()
                        .app("demo")
                        .user("é".repeat(33))
                        .device("d")
                        .start())
                .hasMessage("user: 66 bytes (expected: 1 to 64)");
        assertThatThrownBy(() -> alice().closeTimeout(Duration.ofDays(8)).start())
                .hasMessage("close_timeout: PT192H (expected: 1 ms to PT168H)");
        assertThatThrownBy(() -> alice().heartbeat(Duration.ofSeconds(-1)).start())
                .hasMessage("heartbeat: PT-1S (expected: 1 ms to PT168H)");
        assertThatThrownBy(() -> alice().uplinkCapacity(10, 0).start())
                .hasMessage("max_uplink_bytes: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> PushClient.builder()
                        .app("demo")
                        .user("alice")
                        .device("d")
                        .start())
                .hasMessage("dispatchers: none (expected: at least one, or rooms)");
    }

    @Test
    void aTokenThatDoesNotFitIntoAFrameIsNotSent() throws Exception {
        start(alice().tokenSource(() -> "t".repeat(5000)));
        room.accept().greet(30);

        assertThat(listener.awaitState(ClientState.CLOSED).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}
