package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Diagnostics;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.SendDiagnostics;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.Throttle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators have clients do: whom a room tells, and what it does itself. */
final class CommandTest {
    private static final Command ASK = Command.newBuilder()
            .setAskDispatcher(AskDispatcher.getDefaultInstance())
            .build();

    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void aRoomTellsAllOfItsClients() {
        try (TestClient alice = platform.connect().bound("alice", 0);
                TestClient nobody = platform.connect().greet()) {
            Command move = Command.newBuilder()
                    .setMove(Move.newBuilder().addAddresses("10.0.0.1:443").setWithinMs(2_000))
                    .build();
            assertThat(told(request(move))).isEqualTo(2);
            assertThat(command(alice)).isEqualTo(move);
            assertThat(command(nobody)).isEqualTo(move);
        }
    }

    @Test
    void itTellsAUsersClientsOneDevicesOrOneConnection() {
        try (TestClient alice = platform.connect().bound("alice", 0);
                TestClient bob = platform.connect().bound("bob", 0)) {
            assertThat(told(request(ASK).setApp("demo").setUser("alice"))).isEqualTo(1);
            assertThat(command(alice)).isEqualTo(ASK);
            assertThat(told(request(ASK).setApp("demo").setUser("alice").setDevice("d2")))
                    .isZero();
            assertThat(told(request(ASK).setApp("other"))).isZero();
            Command throttle = Command.newBuilder()
                    .setThrottle(Throttle.newBuilder().setFramesPerSecond(1).setDurationMs(1_000))
                    .build();
            long ofBob = platform.location("bob").getConnection();
            assertThat(told(request(throttle).setConnection(ofBob))).isEqualTo(1);
            assertThat(command(bob)).isEqualTo(throttle);
            assertThat(told(request(ASK).setApp("demo"))).isEqualTo(2);
        }
    }

    @Test
    void aHeartbeatIsWithinTheRoomsBounds() {
        try (TestClient alice = platform.connect().bound("alice", 0)) {
            told(request(Command.newBuilder()
                    .setSetHeartbeat(SetHeartbeat.newBuilder().setHeartbeatSeconds(1))
                    .build()));
            assertThat(command(alice).getSetHeartbeat().getHeartbeatSeconds()).isEqualTo(30);
        }
    }

    @Test
    void diagnosticsAreTakenOnceEachTimeTheyAreAskedFor() {
        try (TestClient alice = platform.connect().bound("alice", 0)) {
            told(request(Command.newBuilder()
                    .setSendDiagnostics(SendDiagnostics.newBuilder().setRequest("case-7"))
                    .build()));
            assertThat(command(alice).getSendDiagnostics().getRequest()).isEqualTo("case-7");
            Diagnostics diagnostics = Diagnostics.newBuilder()
                    .setRequest("case-7")
                    .putFacts("binds", "1")
                    .build();
            alice.send(FrameType.DIAGNOSTICS, diagnostics);
            alice.send(FrameType.DIAGNOSTICS, diagnostics);
            assertThat(alice.error().getDetail()).isEqualTo("DIAGNOSTICS: not asked for");
        }
    }

    @Test
    void whatIsNoCommandIsRefused() {
        assertThatThrownBy(() -> platform.give(GiveCommandRequest.getDefaultInstance()))
                .hasMessageContaining("command: none");
        assertThatThrownBy(() -> platform.give(GiveCommandRequest.newBuilder()
                        .setCommand(ByteString.copyFromUtf8("x"))
                        .build()))
                .hasMessageContaining("command: malformed");
    }

    private static GiveCommandRequest.Builder request(Command command) {
        return GiveCommandRequest.newBuilder().setCommand(command.toByteString());
    }

    private long told(GiveCommandRequest.Builder request) {
        return platform.give(request.build()).getTold();
    }

    private static Command command(TestClient client) {
        return client.expect(FrameType.COMMAND, Command.parser());
    }
}
