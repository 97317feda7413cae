package io.hawser.room;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Welcome;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no frame, or no frame that may come now, over a socket: the client is told why, and then closed. */
final class BadInputTest {
    @SuppressWarnings("NullAway.Init")
    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = new TestPlatform();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a length of nothing,                 00,             PROTOCOL_ERROR",
        "a padded length,                     81 00 07,       PROTOCOL_ERROR",
        "a length padded to three bytes,      81 80 00 07,    PROTOCOL_ERROR",
        "a length over three bytes,           ff ff ff 7f,    PROTOCOL_ERROR",
        "a length one over the limit,         81 20,          FRAME_TOO_LARGE",
        "the largest length there is,         ff ff 7f,       FRAME_TOO_LARGE",
        "a frame before HELLO,                01 07,          PROTOCOL_ERROR",
        "an unknown type before HELLO,        02 c8 00,       PROTOCOL_ERROR",
        "a HELLO that is no message,          02 01 08,       PROTOCOL_ERROR",
        "the begin of an HTTP request,        47 45 54 20 2f 20 48 54 54 50, PROTOCOL_ERROR",
        "the begin of a TLS handshake,        16 03 01 02 00 01, PROTOCOL_ERROR"
    })
    void isRefusedBeforeHello(String what, String hex, ErrorCode code) {
        try (TestClient client = platform.connect()) {
            client.sendRaw(bytes(hex));
            assertClosedFor(client, code, what);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a second HELLO,                      05 01 08 01 10 01, PROTOCOL_ERROR",
        "a frame of the room's,               01 02,          PROTOCOL_ERROR",
        "a field that is cut,                 03 0a 10 86,    PROTOCOL_ERROR",
        "a string longer than its frame,      05 03 12 7f 64 65, PROTOCOL_ERROR",
        "a field of number zero,              03 0a 00 01,    PROTOCOL_ERROR",
        "a string that is no UTF-8,           04 03 12 01 ff, PROTOCOL_ERROR",
        "a length one over the limit,         81 20,          FRAME_TOO_LARGE"
    })
    void isRefusedAfterHello(String what, String hex, ErrorCode code) {
        try (TestClient client = platform.connect().greet()) {
            client.sendRaw(bytes(hex));
            assertClosedFor(client, code, what);
        }
    }

    @Test
    void aFrameThatComesByteByByteIsRead() {
        try (TestClient client = platform.connect()) {
            byte[] hello = Frames.encode(
                    FrameType.HELLO,
                    Hello.newBuilder()
                            .setMinVersion(1)
                            .setMaxVersion(1)
                            .setSdk("dribble")
                            .build());
            for (byte one : hello) {
                client.sendRaw(new byte[] {one});
            }
            assertThat(client.expect(FrameType.WELCOME, Welcome.parser()).getVersion())
                    .isEqualTo(1);
        }
    }

    @Test
    void aBoundClientMaySendLargerFramesUpToTheLimit() {
        try (TestClient client = platform.connect().bound("alice", 0)) {
            client.sendRaw(Frames.encode(200, new byte[FrameLimits.MAX_FRAME_BYTES - 1]));
            client.sendRaw(Frames.ping());
            assertThat(requireNonNull(client.read()).type()).isEqualTo(FrameType.PONG);
            client.sendRaw(Frames.encode(200, new byte[FrameLimits.MAX_FRAME_BYTES]));
            assertClosedFor(client, ErrorCode.FRAME_TOO_LARGE, "one byte more");
        }
    }

    @Test
    void garbageNeverHarmsOthers() {
        Random random = new Random(42);
        try (TestClient other = platform.connect().bound("bob", 0)) {
            for (int i = 0; i < 50; i++) {
                byte[] garbage = new byte[1 + random.nextInt(300)];
                random.nextBytes(garbage);
                try (TestClient client = platform.connect()) {
                    client.sendRaw(garbage);
                }
            }
            other.sendRaw(Frames.ping());
            assertThat(requireNonNull(other.read()).type()).isEqualTo(FrameType.PONG);
        }
    }

    @Test
    void aRoomThatIsFullSaysSo() {
        RoomConfig one = TestPlatform.configWithRoomFor(1);
        try (TestPlatform full = new TestPlatform(one);
                TestClient first = full.connect().greet();
                TestClient second = full.connect()) {
            assertThat(second.error().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            assertThat(second.read()).isNull();
            first.sendRaw(Frames.ping());
            assertThat(requireNonNull(first.read()).type()).isEqualTo(FrameType.PONG);
        }
    }

    private static void assertClosedFor(TestClient client, ErrorCode code, String what) {
        Error error = client.error();
        assertThat(error.getCode()).as("%s: %s", what, error.getDetail()).isEqualTo(code.number());
        assertThat(error.getCloses()).isTrue();
        assertThat(client.read()).as("%s: closed", what).isNull();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }
}
