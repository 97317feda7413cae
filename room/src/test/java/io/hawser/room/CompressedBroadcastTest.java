package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.room.broadcast.TrueLog;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.wire.BodyInflater;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Encoding;
import io.hawser.wire.v1.Hello;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that take compressed bodies, and others beside them, over real sockets. */
final class CompressedBroadcastTest {
    private static final String LONG = "maintenance at noon ".repeat(60);

    private final TestPlatform platform = new TestPlatform(config("{after: 0, minBody: 600B}"));
    private final TrueLog log = platform.saver.log;

    @AfterEach
    void close() {
        platform.close();
    }

    /** How late loops are is the machine's affair here. */
    private static RoomConfig config(String compression) {
        return TestPlatform.config(
                "broadcasts: {compression: " + compression + "}",
                "overload: {lagMs: {busy: 600000, overloaded: 600000, critical: 600000}}");
    }

    private static Hello.Builder hello() {
        return Hello.newBuilder().setMinVersion(1).setMaxVersion(1);
    }

    /** Of which eight are looked at. */
    private static Hello.Builder offeringTooMuch() {
        Hello.Builder hello = hello();
        for (int i = 0; i < 8; i++) {
            hello.addEncodingsValue(77 + i);
        }
        return hello.addEncodings(Encoding.DEFLATE);
    }

    private static Hello.Builder inflating() {
        return hello().addEncodingsValue(77).addEncodings(Encoding.DEFLATE);
    }

    private TestClient bound(String user, Hello.Builder hello, Encoding expected) {
        TestClient client = platform.connect();
        assertThat(client.welcome(hello.build()).getEncoding()).isEqualTo(expected);
        client.bound(TestClient.bind(user));
        return client;
    }

    private static Broadcast broadcast(TestClient client, Encoding expected) {
        Broadcast came = client.expect(FrameType.BROADCAST, Broadcast.parser());
        assertThat(came.getEncoding()).isEqualTo(expected);
        return BodyInflater.restored(came);
    }

    @Test
    void whoOffersItGetsCompressedBodiesAndOthersPlainOnesOfTheSame() {
        try (TestClient alice = bound("alice", inflating(), Encoding.DEFLATE);
                TestClient bob = bound("bob", hello(), Encoding.IDENTITY);
                TestClient carol = bound("carol", hello().addEncodingsValue(77), Encoding.IDENTITY);
                TestClient dave = bound("dave", offeringTooMuch(), Encoding.IDENTITY)) {
            log.append(LONG);
            Broadcast compressed = broadcast(alice, Encoding.DEFLATE);
            assertThat(compressed.getBody().toStringUtf8()).isEqualTo(LONG);
            assertThat(broadcast(bob, Encoding.IDENTITY)).isEqualTo(compressed);
            assertThat(broadcast(carol, Encoding.IDENTITY)).isEqualTo(compressed);
            assertThat(broadcast(dave, Encoding.IDENTITY)).isEqualTo(compressed);
            log.append("short");
            assertThat(broadcast(alice, Encoding.IDENTITY).getBody().toStringUtf8())
                    .isEqualTo("short");
            await().untilAsserted(() -> assertThat(platform.context.count("hawser.room.broadcasts.compressed"))
                    .isEqualTo(1));
            assertThat(platform.context.count("hawser.room.broadcasts.compressed.saved.bytes"))
                    .isBetween(LONG.length() / 2.0, (double) LONG.length());
        }
    }

    @Test
    void transientOnesAreCompressedToo() {
        try (TestClient alice = bound("alice", inflating(), Encoding.DEFLATE);
                TestClient bob = bound("bob", hello(), Encoding.IDENTITY)) {
            platform.broadcast(PushBroadcastRequest.newBuilder()
                    .setApp("demo")
                    .setContent(StubSaver.content(LONG))
                    .build());
            assertThat(broadcast(alice, Encoding.DEFLATE)).isEqualTo(broadcast(bob, Encoding.IDENTITY));
        }
    }

    @Test
    void whoComesBackWithoutTheOfferGetsThemAsTheyAre() {
        ByteString token;
        try (TestClient alice = platform.connect()) {
            token = alice.welcome(TestClient.resumable()
                            .addEncodings(Encoding.DEFLATE)
                            .build())
                    .getResumeToken();
            alice.bound(TestClient.bind("alice"));
        }
        try (TestClient back = platform.connect()) {
            assertThat(back.welcome(TestClient.resumes(token, 0)).getEncoding()).isEqualTo(Encoding.IDENTITY);
            back.expect(FrameType.BOUND, Bound.parser());
            log.append(LONG);
            assertThat(broadcast(back, Encoding.IDENTITY).getBody().toStringUtf8())
                    .isEqualTo(LONG);
        }
    }

    @Test
    void itIsSwitchedOffForAllAtOnce() {
        try (TestClient alice = bound("alice", inflating(), Encoding.DEFLATE)) {
            platform.context.changeConfig(config("{after: 0, method: none}"));
            log.append(LONG);
            broadcast(alice, Encoding.IDENTITY);
            bound("bob", inflating(), Encoding.IDENTITY).close();
        }
    }
}
