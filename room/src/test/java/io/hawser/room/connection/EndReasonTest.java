package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Unbind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a binding ended, as the register is told. */
final class EndReasonTest {
    private final Desk desk = new Desk().bound(0, 0);

    /** What was written last is released. */
    @AfterEach
    void close() {
        desk.close();
    }

    private EndReason told() {
        assertThat(desk.sessions.reasons).hasSize(1);
        return desk.sessions.reasons.getFirst();
    }

    @Test
    void theClientUnbound() {
        desk.send(FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build());
        assertThat(told()).isEqualTo(EndReason.END_UNBOUND);
    }

    @Test
    void theClientLoggedOutForGood() {
        desk.send(
                FrameType.UNBIND,
                Unbind.newBuilder().setBinding(1).setForget(true).build());
        desk.mailboxes.forgets.removeFirst().answer().complete(ForgetMailboxReply.getDefaultInstance());
        desk.settle();
        assertThat(told()).isEqualTo(EndReason.END_FORGOTTEN);
    }

    @Test
    void theConnectionWasLost() {
        desk.close();
        assertThat(told()).isEqualTo(EndReason.END_CONNECTION_LOST);
    }

    @Test
    void nothingWasHeard() {
        desk.pass(Duration.ofSeconds(151));
        assertThat(told()).isEqualTo(EndReason.END_SILENT);
    }

    @Test
    void theTokenEnded() {
        for (int minutes = 0; minutes < 62; minutes++) {
            desk.pass(Duration.ofMinutes(1));
            desk.send(FrameType.PING, new byte[0]);
        }
        assertThat(told()).isEqualTo(EndReason.END_TOKEN_EXPIRED);
    }

    @Test
    void theProtocolWasBroken() {
        desk.send(FrameType.WELCOME, new byte[0]);
        assertThat(told()).isEqualTo(EndReason.END_REFUSED);
    }

    @Test
    void theRoomStopped() {
        desk.loop.close();
        desk.settle();
        assertThat(told()).isEqualTo(EndReason.END_ROOM_STOPPED);
    }

    @ParameterizedTest
    @CsvSource({
        "KICK_REPLACED, END_REPLACED",
        "KICK_BY_APP, END_KICKED",
        "KICK_BY_OPERATOR, END_KICKED",
        "KICK_BANNED, END_BANNED"
    })
    void itWasKicked(KickCause cause, EndReason reason) {
        desk.connection.kick(desk.binding(), Kick.newBuilder().setCause(cause).build());
        assertThat(told()).isEqualTo(reason);
    }

    @Test
    void itWasBannedWhileBound() {
        desk.connection.unbind(desk.binding(), ErrorCode.BANNED, "banned", 0);
        assertThat(told()).isEqualTo(EndReason.END_BANNED);
    }
}
