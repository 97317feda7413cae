package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Kicked;
import org.junit.jupiter.api.Test;

/** Of two devices that bind at the same moment, the first may be kicked before the room hears that it was registered. */
final class EarlyKickTest {
    @Test
    void aKickThatOvertakesTheRegistersAnswerIsAskedForAgain() {
        try (TestPlatform platform = new TestPlatform(TestPlatform.impatient());
                TestClient client = platform.connect()) {
            platform.register.silent = true;
            long connection = client.welcome().getConnection();
            client.bound(TestClient.bind("alice"));
            Session early = Session.newBuilder()
                    .setApp("demo")
                    .setUser("alice")
                    .setDevice("d1")
                    .setLocation(Location.newBuilder()
                            .setRoom("room-1")
                            .setRoomIncarnation(7)
                            .setConnection(connection)
                            .setBinding(1))
                    .build();
            assertThatThrownBy(() -> platform.end(kickOf(early)))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            HawserException.class,
                            said -> assertThat(said.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
            platform.register.silent = false;
            await().until(() -> platform.register.sessions.containsKey("alice"));
            await().ignoreExceptions()
                    .until(() -> platform.end(kickOf(platform.register.session("alice")))
                            .getEnded());
            client.expect(FrameType.KICKED, Kicked.parser());
        }
    }

    private static Kick kickOf(Session session) {
        return Kick.newBuilder()
                .setSession(session)
                .setCause(KickCause.KICK_REPLACED)
                .build();
    }
}
