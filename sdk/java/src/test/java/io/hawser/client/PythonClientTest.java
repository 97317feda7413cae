package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.KickReason;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.TokenExpiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example client, which knows no more than docs/protocol.md, against a room that speaks raw frames. */
class PythonClientTest {
    private FakeRoom room;

    @TempDir
    private Path directory;

    @BeforeEach
    void openRoom() throws IOException {
        assumeTrue(PythonClient.isPossible(), "SKIPPED: python3 is not installed, so the example client is not tested");
        room = FakeRoom.open();
    }

    @AfterEach
    void closeRoom() throws IOException {
        if (room != null) {
            room.close();
        }
    }

    @Test
    void findsARoomBindsPrintsAndAcknowledges() throws Exception {
        try (FakeDispatcher dispatcher = FakeDispatcher.open()) {
            dispatcher.answer(room.address());
            try (PythonClient client = PythonClient.start("--dispatcher", dispatcher.url(), "--count", "2")) {
                FakeRoom.Line line = room.accept();
                line.greet(30);
                Bind bind = line.awaitBind();
                assertThat(bind.getUser()).isEqualTo("alice");
                assertThat(bind.getToken()).isEqualTo("token");
                line.bound(0);
                line.message(0, 1L << 32);
                line.message(1L << 32, (1L << 32) + 7);

                assertThat(client.awaitLine("\"message\""))
                        .isEqualTo("{\"event\": \"message\", \"id\": \"id-m4294967296\", \"seq\": 4294967296,"
                                + " \"redelivered\": false, \"text\": \"m4294967296\"}");
                line.awaitAck(1L << 32);
                line.awaitAck((1L << 32) + 7);
                assertThat(client.awaitExit()).isZero();
                assertThat(dispatcher.queries()).containsExactly("app=demo");
            }
        }
    }

    @Test
    void comesBackWithItsPositionAfterALostConnectionAndAfterACrash() throws Exception {
        String state = directory.resolve("state.json").toString();
        try (PythonClient client = PythonClient.start("--room", room.address(), "--state", state)) {
            FakeRoom.Line line = room.acceptBound(0);
            line.message(0, 5);
            line.awaitAck(5);
            line.close();

            FakeRoom.Line next = room.accept();
            next.greet(30);
            assertThat(next.awaitBind().getPosition()).isEqualTo(5);
            next.bound(5);
            next.messageAgain(0, 5);
            next.awaitAck(5);
            next.message(5, 6);
            next.awaitAck(6);
            client.kill();
        }
        try (PythonClient client = PythonClient.start("--room", room.address(), "--state", state)) {
            FakeRoom.Line line = room.accept();
            line.greet(30);
            assertThat(line.awaitBind().getPosition()).isEqualTo(6);
            line.boundReset(2);
            client.awaitLine("{\"event\": \"gap\", \"position\": 2, \"was\": 6}");
        }
    }

    @Test
    void takesBroadcastsByItsCursor() throws Exception {
        String state = directory.resolve("state.json").toString();
        try (PythonClient client =
                PythonClient.start("--room", room.address(), "--state", state, "--group", "news", "--group", "vip")) {
            FakeRoom.Line line = room.accept();
            line.greet(30);
            Bind bind = line.awaitBind();
            assertThat(bind.getGroupsList()).containsExactly("news", "vip");
            assertThat(bind.hasCursor()).isFalse();
            line.bound(FakeRoom.Line.cursor(0, List.of(), List.of()));
            line.close();
            line = room.accept();
            line.greet(30);
            assertThat(line.awaitBind().hasCursor()).isTrue();
            line.bound(FakeRoom.Line.cursor(4, List.of(), List.of()));
            line.broadcast(7, "seven", "news");
            assertThat(client.awaitLine("broadcast"))
                    .isEqualTo("{\"event\": \"broadcast\", \"bseq\": 7, \"groups\": [\"news\"], \"id\": \"id-seven\","
                            + " \"text\": \"seven\"}");
            line.awaitSync(FakeRoom.Line.cursor(4, List.of(7L), List.of()));
            line.broadcast(7, "seven", "news");
            line.awaitSync(FakeRoom.Line.cursor(4, List.of(7L), List.of()));
            line.sync(FakeRoom.Line.cursor(8, List.of(), List.of(6L, 7L)));
            line.broadcast(6, "slow");
            line.awaitSync(FakeRoom.Line.cursor(8, List.of(), List.of()));
            client.kill();
        }
        try (PythonClient client = PythonClient.start("--room", room.address(), "--state", state)) {
            FakeRoom.Line line = room.accept();
            line.greet(30);
            assertThat(line.awaitBind().getCursor()).isEqualTo(FakeRoom.Line.cursor(8, List.of(), List.of()));
            client.kill();
        }
    }

    @Test
    void keepsTheConnectionAliveAndNoticesADeadOne() throws Exception {
        try (PythonClient client = PythonClient.start("--room", room.address())) {
            FakeRoom.Line line = room.accept();
            line.greet(1);
            line.awaitBind();
            line.bound(0);
            line.await(FrameType.PING);
            line.send(Frames.pong());
            line.await(FrameType.PING);

            assertThat(client.awaitLine("waiting")).contains("2.5 heartbeats");
            room.acceptBound(0);
        }
    }

    @Test
    void answersRenewsMovesAndSkipsWhatItDoesNotKnow() throws Exception {
        try (FakeRoom other = FakeRoom.open();
                PythonClient client = PythonClient.start("--room", room.address())) {
            FakeRoom.Line line = room.acceptBound(0);
            client.awaitLine("bound");
            line.send(Frames.ping());
            line.await(FrameType.PONG);
            line.send(Frames.encode(200, new byte[] {1}));
            line.send(
                    FrameType.TOKEN_EXPIRING,
                    TokenExpiring.newBuilder().setBinding(1).build());
            RenewToken renew = Frames.parse(
                    RenewToken.parser(), line.await(FrameType.RENEW_TOKEN).body());
            assertThat(renew.getToken()).isEqualTo("token");
            line.command(Command.newBuilder().setMove(Move.newBuilder().addAddresses(other.address())));

            other.acceptBound(0);
        }
    }

    @Test
    void comesBackAfterGarbageAndNotAfterItWasReplaced() throws Exception {
        try (PythonClient client = PythonClient.start("--room", room.address())) {
            room.acceptBound(0).send(new byte[] {(byte) 0x81, 0});
            FakeRoom.Line line = room.acceptBound(0);
            line.kick(Kicked.newBuilder().setReason(KickReason.REPLACED));

            client.awaitLine("closed");
            assertThat(client.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void comesBackAfterABanThatEndsAndNotAfterOneThatDoesNot() throws Exception {
        try (PythonClient client = PythonClient.start("--room", room.address())) {
            room.accept().banned(1);
            FakeRoom.Line line = room.acceptBound(0);
            client.awaitLine("bound");
            line.unbound(ErrorCode.BANNED, 0);

            client.awaitLine("closed");
            assertThat(client.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void itsCodecReadsTheTestVectors() throws Exception {
        String script = """
                import sys; sys.path.insert(0, sys.argv[1]); import hawser_client as c
                taken = refused = 0
                for row in open(sys.argv[2], encoding='utf-8'):
                    cells = [cell.strip(' `') for cell in row.strip().split('|')]
                    if len(cells) != 5 or '-' not in cells[1] + '-' or not row.startswith('| `'): continue
                    try: frame = bytearray.fromhex(cells[2])
                    except ValueError: continue
                    try:
                        found = c.take_frame(bytearray(frame), 4096)
                        fields = c.decode(found[1]) if found and found[0] < 25 else {}
                        if found and found[0] == c.BIND: c.text(fields, 2)
                        assert (found is None) == cells[1].startswith('cut-'), cells
                        assert found is None or c.frame(*found) == frame, cells
                        taken += 1
                    except c.ProtocolError:
                        assert cells[3] in ('PROTOCOL_ERROR', 'FRAME_TOO_LARGE'), cells
                        refused += 1
                print(taken, refused)
                """;
        Process python = PythonClient.python(
                        "-c",
                        script,
                        PythonClient.FOLDER.toString(),
                        PythonClient.FOLDER.resolve("../protocol.md").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim())
                .isEqualTo("52 10");
        assertThat(python.waitFor()).isZero();
    }
}
