package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often clients are to be heard, and what becomes of those who are not. */
final class HeartbeatTest {
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();
    private static final Heartbeat DEFAULTS = Heartbeat.defaults();

    private final Desk desk = new Desk();

    private void push() {
        desk.binding().push(0, 1, HI);
        desk.settle();
        desk.next(FrameType.MESSAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', 60", "0, 4g, 300", "0, 4G, 300", "0, wifi, 480", "0, pigeon, 60",
        "60, wifi, 60", "600, wifi, 480", "600, '', 600", "-1, '', 600", "1, 2g, 30"
    })
    void theRoomDecidesByWishAndNetwork(int wishedSeconds, String network, int decided) {
        assertThat(DEFAULTS.decide(wishedSeconds, network)).isEqualTo(decided);
    }

    @Test
    void intervalsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> new Heartbeat(
                        DEFAULTS.preferred(),
                        DEFAULTS.min(),
                        DEFAULTS.max(),
                        Map.of("wifi", Duration.ofMillis(1)),
                        Map.of(),
                        DEFAULTS.probeAfter(),
                        DEFAULTS.probeWithin()))
                .isInstanceOf(HawserException.class)
                .hasMessage("networks.wifi: PT0.001S (expected: PT1S to PT24H)");
    }

    @Test
    void anAppThatWantsToKnowSoonerIsHeardMoreOften() {
        Desk interactive = new Desk(Desk.config("{heartbeat: {apps: {demo: 40s}}}")).bound(0, 0);
        Command command = interactive.next(FrameType.COMMAND, Command.parser());
        assertThat(command.getSetHeartbeat().getHeartbeatSeconds()).isEqualTo(40);
        interactive.pass(Duration.ofSeconds(101));
        assertThat(interactive.next(FrameType.ERROR, Error.parser()).getCode())
                .isEqualTo(ErrorCode.HEARTBEAT_TIMEOUT.number());
    }

    @Test
    void whoHasMessagesInHandAndIsSilentIsAskedAndThenDead() {
        desk.boundToReturn(0, 0);
        push();
        desk.pass(Duration.ofSeconds(19));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofSeconds(2));
        desk.next(FrameType.PING);
        desk.pass(Duration.ofSeconds(19));
        assertThat(desk.isSilent()).isTrue();
        desk.pass(Duration.ofSeconds(2));
        assertThat(desk.next(FrameType.ERROR, Error.parser()).getCode())
                .isEqualTo(ErrorCode.HEARTBEAT_TIMEOUT.number());
        assertThat(desk.channel.isOpen()).isFalse();
        // Parked: the messages come again when it is back.
        assertThat(desk.sessions.left).isEmpty();
    }

    @Test
    void whoAnswersLivesOnAndWhoAcknowledgesIsNotAsked() {
        desk.bound(0, 0);
        push();
        desk.pass(Duration.ofSeconds(21));
        desk.next(FrameType.PING);
        desk.send(FrameType.PONG, new byte[0]);
        desk.pass(Duration.ofSeconds(19));
        assertThat(desk.isSilent()).isTrue();
        desk.send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(1).build());
        desk.pass(Duration.ofSeconds(60));
        assertThat(desk.isSilent()).isTrue();
        assertThat(desk.binding().isLive()).isTrue();
    }

    @Test
    void whoIsNotReadFromIsNotAsked() {
        desk.bound(0, 0);
        push();
        desk.writable(false);
        desk.pass(Duration.ofSeconds(100));
        assertThat(desk.isSilent()).isTrue();
    }
}
