package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.room.websocket.WebSocketConfig;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Welcome;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A room's WebSocket ports; the client is the JDK's. */
final class WebSocketTest {
    private static final Hello HELLO =
            Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build();
    private static final String REQUEST = """
            GET /v1/connect HTTP/1.1
            Host: rooms.test
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13
            """.replace("\n", "\r\n");

    @SuppressWarnings("NullAway.Init")
    private static TestCertificates certificates;

    @SuppressWarnings("NullAway.Init")
    private static TestPlatform platform;

    @BeforeAll
    static void start(@TempDir Path directory) {
        certificates = new TestCertificates(directory);
        certificates.install(certificates.issue("CN=room"));
        platform = new TestPlatform(TestCertificates.roomOfAllKinds(
                certificates.config(), new WebSocketConfig("/v1/connect", List.of("https://app.test"), false)));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void messagesComeInMessages() {
        try (WebSocketClient client = client()) {
            bind(client, "alice");
            platform.push("alice", 0, 1, "hello");
            assertThat(client.expect(FrameType.MESSAGE, Message.parser()).getSeq())
                    .isEqualTo(1);
        }
    }

    /** So often that event loops have given the channel to one another. */
    @Test
    void aClientThatDropsGoesOn() {
        ByteString token;
        try (WebSocketClient client = client()) {
            client.send(FrameType.HELLO, TestClient.resumable().build());
            token = client.expect(FrameType.WELCOME, Welcome.parser()).getResumeToken();
            client.send(FrameType.BIND, TestClient.bind("dora"));
            client.expect(FrameType.BOUND, Bound.parser());
        }
        for (int seq = 1; seq <= 10; seq++) {
            try (WebSocketClient client = client()) {
                client.send(FrameType.HELLO, TestClient.resumes(token, seq - 1));
                Welcome welcome = client.expect(FrameType.WELCOME, Welcome.parser());
                assertThat(welcome.getResumed()).isTrue();
                token = welcome.getResumeToken();
                client.expect(FrameType.BOUND, Bound.parser());
                // As large as only those may send that are bound: they are still.
                client.send(
                        FrameType.RENEW_TOKEN,
                        RenewToken.newBuilder()
                                .setBinding(1)
                                .setToken("x".repeat(10_000))
                                .build());
                assertThat(client.expect(FrameType.ERROR, Error.parser()).getCloses())
                        .isFalse();
                platform.push("dora", seq - 1, seq, "hello");
                assertThat(client.expect(FrameType.MESSAGE, Message.parser()).getSeq())
                        .isEqualTo(seq);
            }
        }
    }

    @Test
    void messagesComeOverTls() {
        HttpClient http =
                HttpClient.newBuilder().sslContext(certificates.client()).build();
        try (WebSocketClient client = new WebSocketClient(http, "wss://" + platform.address("wss") + "/v1/connect")) {
            bind(client, "bob");
            platform.push("bob", 0, 1, "hello");
            assertThat(client.expect(FrameType.MESSAGE, Message.parser()).getSeq())
                    .isEqualTo(1);
        }
    }

    @Test
    void heartbeatsAreShortEnoughForProxies() {
        try (WebSocketClient client = client()) {
            client.send(
                    FrameType.HELLO, HELLO.toBuilder().setHeartbeatSeconds(600).build());
            assertThat(client.expect(FrameType.WELCOME, Welcome.parser()).getHeartbeatSeconds())
                    .isEqualTo(50);
        }
    }

    @Test
    void aMessageMayHoldSeveralFramesAndComeInParts() {
        byte[] both = TestClient.helloAndBind("carol");
        try (WebSocketClient client = client()) {
            client.sendRaw(Arrays.copyOf(both, 3), false);
            client.sendRaw(Arrays.copyOfRange(both, 3, both.length), true);
            client.expect(FrameType.WELCOME, Welcome.parser());
            client.expect(FrameType.BOUND, Bound.parser());
        }
    }

    @Test
    void aMessageThatEndsInsideAFrameIsRefused() {
        byte[] hello = Frames.encode(FrameType.HELLO, HELLO);
        try (WebSocketClient client = client()) {
            client.sendRaw(Arrays.copyOf(hello, hello.length - 1), true);
            assertClosedFor(client, ErrorCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void pingsOfWebSocketAreAnswered() {
        try (WebSocketClient client = client()) {
            assertThat(client.ping("are you there")).isEqualTo("are you there");
        }
    }

    @Test
    void textIsRefused() {
        try (WebSocketClient client = client()) {
            client.sendText("hello");
            assertThat(client.closeCode()).isEqualTo(1003);
        }
    }

    @Test
    void aCloseIsAnswered() {
        try (WebSocketClient client = client()) {
            client.close(1000);
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void aMessageOverTheLimitIsRefusedBeforeItHasCome() {
        try (WebSocketClient client = client()) {
            client.sendRaw(new byte[FrameLimits.MAX_FRAME_BYTES + 4], true);
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void whoNeverBoundMaySendLittle() {
        try (WebSocketClient client = client()) {
            client.send(FrameType.HELLO, HELLO);
            client.expect(FrameType.WELCOME, Welcome.parser());
            byte[] large = new byte[FrameLimits.MAX_FRAME_BYTES];
            client.sendRaw(large, true);
            assertThat(client.closeCode()).isEqualTo(1009);
        }
        try (WebSocketClient client = client()) {
            bind(client, "dave");
            client.sendRaw(Frames.encode(200, new byte[FrameLimits.MAX_FRAME_BYTES - 1]), true);
            client.sendRaw(Frames.ping(), true);
            assertThat(client.read().type()).isEqualTo(FrameType.PONG);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "another path | GET /v1/connect | GET /else | 404",
                "another method | GET | POST | 405",
                "no upgrade | Upgrade: websocket | Upgrade: h2c | 426",
                "an old version | Version: 13 | Version: 8 | 426",
                "no version | Sec-WebSocket-Version: 13 | X: 13 | 426",
                "a key of another length | dGhlIHNhbXBsZSBub25jZQ== | dGhlIA== | 400",
                "no key | Sec-WebSocket-Key | X-Key | 400",
                "a wrong origin | Host: | Origin: https://evil.test~Host: | 403",
                "two origins | Host: | Origin: https://app.test~Origin: https://evil.test~Host: | 403",
                "garbage | GET /v1/connect HTTP/1.1 | GARBAGE | 400",
                "a long line | /v1/connect | /v1/connect?LONG | 414"
            })
    void isAnsweredInHttp(String what, String part, String instead, int status) {
        String replacement =
                instead.replace("~", "\r\n").replace("LONG", "x".repeat(2_000)).replace("GARBAGE", "\0\1\2");
        String answer = http(REQUEST.replace(part, replacement));
        assertThat(answer).as(what).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
    }

    @Test
    void headersHaveALimit() {
        assertThat(http(REQUEST + "X: " + "x".repeat(10_000) + "\r\n")).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void anOriginThatIsAllowedGetsIn() {
        assertThat(firstPart(platform, REQUEST + "Origin: https://app.test\r\n"))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    void framesWithoutHttpAreRefused() {
        try (TestClient client = TestClient.connect(platform.address("ws"))) {
            client.sendRaw(TestClient.helloAndBind("erin"));
            client.sendRaw("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void whatIsCompressedIsReadWhereThatIsConfigured() {
        String asked = REQUEST + "Sec-WebSocket-Extensions: permessage-deflate\r\n";
        assertThat(firstPart(platform, asked)).doesNotContain("permessage-deflate");
        try (TestPlatform deflating = new TestPlatform(
                TestCertificates.roomOfWebSockets(new WebSocketConfig("/v1/connect", List.of("*"), true)))) {
            assertThat(firstPart(deflating, asked)).contains("sec-websocket-extensions: permessage-deflate");
        }
    }

    @Test
    void aFullRoomSaysSoInHttp() {
        try (TestPlatform full = new TestPlatform(TestCertificates.fullOfWebSockets());
                TestClient first = TestClient.connect(full.address("ws"))) {
            first.sendRaw((REQUEST + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(first.readUntil("\r\n")).startsWith("HTTP/1.1 101 ");
            try (TestClient second = TestClient.connect(full.address("ws"))) {
                assertThat(second.readAll()).startsWith("HTTP/1.1 429 ").contains("RESOURCE_EXHAUSTED");
            }
        }
    }

    private static WebSocketClient client() {
        return new WebSocketClient("ws://" + platform.address("ws") + "/v1/connect");
    }

    private static void bind(WebSocketClient client, String user) {
        client.send(FrameType.HELLO, HELLO);
        client.expect(FrameType.WELCOME, Welcome.parser());
        client.send(FrameType.BIND, TestClient.bind(user));
        client.expect(FrameType.BOUND, Bound.parser());
    }

    private static void assertClosedFor(WebSocketClient client, ErrorCode code) {
        Error error = client.expect(FrameType.ERROR, Error.parser());
        assertThat(error.getCode()).isEqualTo(code.number());
        assertThat(client.closeCode()).isEqualTo(4_000 + code.number());
    }

    private static String http(String request) {
        try (TestClient client = TestClient.connect(platform.address("ws"))) {
            client.sendRaw((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return client.readAll();
        }
    }

    private static String firstPart(TestPlatform of, String request) {
        try (TestClient client = TestClient.connect(of.address("ws"))) {
            client.sendRaw((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return client.readUntil("\r\n\r\n");
        }
    }
}
