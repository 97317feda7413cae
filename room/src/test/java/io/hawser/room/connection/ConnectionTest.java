package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Sync;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a connection answers in which state, with time and neighbours in the test's hands. */
final class ConnectionTest {
    private final Desk desk = new Desk();

    private Error lastWord() {
        Error error = desk.next(FrameType.ERROR, Error.parser());
        assertThat(error.getCloses()).isTrue();
        assertThat(desk.connection.wantsFrames()).isFalse();
        return error;
    }

    // Handshake.

    @Test
    void helloIsAnsweredByWelcomeWithTheRoomsDecisions() {
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder()
                        .setMinVersion(1)
                        .setMaxVersion(3)
                        .setHeartbeatSeconds(1)
                        .build());
        Welcome welcome = desk.next(FrameType.WELCOME, Welcome.parser());
        assertThat(welcome.getVersion()).isEqualTo(1);
        assertThat(welcome.getHeartbeatSeconds()).isEqualTo(30);
        assertThat(welcome.getMaxFrameBytesUnbound()).isEqualTo(4096);
        assertThat(welcome.getMaxFrameBytes()).isEqualTo(65_536);
        assertThat(welcome.getRoom()).isEqualTo("room-1");
        assertThat(welcome.getResumed()).isFalse();
        assertThat(welcome.getResumeToken()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void anythingBeforeHelloEndsTheConnection() {
        desk.send(FrameType.PING, new byte[0]);
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void aSecondHelloEndsTheConnection() {
        desk.greeted();
        desk.send(FrameType.HELLO, Hello.getDefaultInstance());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void aClientThatSpeaksAllVersionsThereWillBeIsWelcome() {
        int largest = -1;
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(largest).build());
        assertThat(desk.next(FrameType.WELCOME, Welcome.parser()).getVersion()).isEqualTo(1);
    }

    @Test
    void noCommonVersionEndsTheConnection() {
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(2).setMaxVersion(3).build());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.VERSION_UNSUPPORTED.number());
    }

    @Test
    void aClientThatDoesNotGreetIsClosedAfterTenSeconds() {
        desk.pass(Duration.ofMillis(9_900));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofMillis(200));
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT.number());
        desk.pass(Duration.ofSeconds(3));
        assertThat(desk.channel.isOpen()).isFalse();
        assertThat(desk.admission.connections()).isZero();
    }

    @Test
    void aClientThatNeverBindsIsClosedWhateverItPings() {
        desk.greeted();
        for (int i = 0; i < 7; i++) {
            desk.pass(Duration.ofSeconds(9));
            desk.send(FrameType.PING, new byte[0]);
        }
        assertThat(desk.next(FrameType.PONG)).isNotNull();
        assertThat(desk.connection.wantsFrames()).isFalse();
    }

    @Test
    void aSilentClientIsClosedAfterTwoAndAHalfIntervals() {
        desk.bound(0, 0);
        desk.pass(Duration.ofSeconds(149));
        desk.send(FrameType.PING, new byte[0]);
        desk.next(FrameType.PONG);
        desk.pass(Duration.ofSeconds(149));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofSeconds(2));
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.HEARTBEAT_TIMEOUT.number());
        assertThat(desk.sessions.left).hasSize(1);
    }

    @Test
    void aDrainingRoomTakesNoOneIn() {
        var _ = desk.admission.drain(Duration.ofSeconds(2));
        desk.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.DRAINING.number());
    }

    // Frames.

    @Test
    void unknownTypesAreSkippedAndTheRoomsOwnAreNot() {
        desk.greeted();
        desk.send(200, new byte[] {1, 2, 3});
        assertThat(desk.isSilent()).isTrue();
        desk.send(FrameType.WELCOME, new byte[0]);
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void aMalformedBodyEndsTheConnection() {
        desk.greeted();
        desk.send(FrameType.ACK, new byte[] {0x10, (byte) 0x86});
        assertThat(lastWord().getCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    }

    @Test
    void framesForUnknownBindingsAreRefused() {
        desk.greeted();
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(3).setSeq(1).build());
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(4).build());
        desk.send(FrameType.RENEW_TOKEN, RenewToken.newBuilder().setBinding(5).build());
        for (int binding = 3; binding <= 5; binding++) {
            Error error = desk.next(FrameType.ERROR, Error.parser());
            assertThat(error.getCode()).isEqualTo(ErrorCode.BINDING_UNKNOWN.number());
            assertThat(error.getBinding()).isEqualTo(binding);
            assertThat(error.getCloses()).isFalse();
        }
    }

    @Test
    void whatThisReleaseDoesNotServeIsSaid() {
        desk.bound(0, 0);
        desk.send(FrameType.UPLINK, Uplink.newBuilder().setBinding(1).build());
        desk.send(FrameType.SYNC, Sync.newBuilder().setBinding(1).build());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.UNIMPLEMENTED.number());
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode()).isEqualTo(ErrorCode.UNIMPLEMENTED.number());
        assertThat(desk.binding().isLive()).isTrue();
    }

    @Test
    void theFrameLimitGrowsWithTheFirstBinding() {
        assertThat(desk.greeted().connection.maxFrameBytes()).isEqualTo(4_096);
        Desk bound = new Desk().bound(0, 0);
        assertThat(bound.connection.maxFrameBytes()).isEqualTo(65_536);
    }
}
