package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Unbound;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets in, seen by clients that connect from addresses of their own, and what changes while they are in. */
final class AccessTest {
    /** Loopback, where the tests' own clients are, is exempt by default. */
    private static final String NOBODY_EXEMPT = "access: {shared: []}";

    private final TestPlatform platform = new TestPlatform(TestPlatform.config(NOBODY_EXEMPT));

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void whoIsOfADeniedNetworkIsTurnedAwayBeforeItSaysAnything() {
        configure("{deny: [127.9.0.0/16]}");

        try (TestClient denied = from("127.9.1.1");
                TestClient other = from("127.8.1.1")) {
            assertRefused(denied, ErrorCode.BANNED, "network: not let in");
            other.greet();
        }
        assertThat(turnedAway("denied")).isOne();
    }

    @Test
    void whereNetworksAreAllowedAllOthersAreNot() {
        configure("{allow: [127.7.0.0/16], deny: [127.7.7.0/24]}");

        try (TestClient allowed = from("127.7.1.1");
                TestClient stranger = from("127.8.1.1");
                TestClient deniedAllTheSame = from("127.7.7.1")) {
            allowed.greet();
            assertRefused(stranger, ErrorCode.BANNED, "network: not let in");
            assertRefused(deniedAllTheSame, ErrorCode.BANNED, "network: not let in");
        }
        assertThat(turnedAway("not_allowed")).isOne();
    }

    @Test
    void aNetworkThatIsDeniedLaterIsClosedAndOthersStay() {
        TestClient denied = from("127.9.1.1").bound("alice", 0);
        try (TestClient other = from("127.8.1.1").bound("bob", 0)) {
            configure("{deny: [127.9.0.0/16]}");

            assertRefused(denied, ErrorCode.BANNED, "network: not let in");
            await().until(() -> !platform.register.sessions.containsKey("alice"));
            platform.push("bob", 0, 0, "still here");
            assertThat(other.message().getBody().toStringUtf8()).isEqualTo("still here");
            denied.close();
            await().until(() ->
                    platform.context.count("hawser.room.connections.closed", "reason", "access_denied") == 1);
        }
    }

    @Test
    void aNetworkThatIsDeniedNoMoreIsLetIn() {
        configure("{deny: [127.9.0.0/16]}");
        configure("{deny: []}");

        try (TestClient client = from("127.9.1.1")) {
            client.greet();
        }
    }

    @Test
    void anAddressHasSoManyConnectionsAndAnotherHasItsOwn() {
        configure("{address: {maxConnections: 2}}");

        TestClient first = from("127.0.0.2").greet();
        try (TestClient second = from("127.0.0.2").greet();
                TestClient third = from("127.0.0.2");
                TestClient other = from("127.0.0.3")) {
            assertRefused(third, ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections");
            other.greet();
            first.close();
            await().untilAsserted(() -> assertThat(isLetIn("127.0.0.2")).isTrue());
            assertThat(isAnswered(second)).isTrue();
        }
        assertThat(turnedAway("address_full")).isPositive();
    }

    @Test
    void anAddressOfASharedNetworkHasALimitOfItsOwn() {
        configure("""
                {address: {maxConnections: 1}, shared: [
                  {network: 127.5.0.0/16, maxConnections: 3, handshakesPerSecond: 100, handshakeBurst: 100}]}
                """);

        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(from("127.5.0.1").greet());
            clients.add(from("127.5.0.2").greet());
        }
        try (TestClient beyond = from("127.5.0.1")) {
            assertRefused(beyond, ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections");
        }
        clients.forEach(TestClient::close);
    }

    @Test
    void anAddressThatConnectsTooOftenIsTurnedAwayAndOthersAreNot() {
        configure("{address: {handshakesPerSecond: 1, handshakeBurst: 3}}");

        Error refusal = firstRefusal(3, again -> "127.0.0.2");

        assertThat(refusal.getDetail()).isEqualTo("address: connects too often");
        assertThat(isLetIn("127.0.0.3")).isTrue();
        assertThat(turnedAway("address_rate")).isPositive();
    }

    @Test
    void allTogetherConnectNoFasterThanTheRoomTakesThem() {
        configure("{handshakesPerSecond: 1, handshakeBurst: 3, retryAfter: 7s}");

        Error refusal = firstRefusal(3, another -> "127.0.1." + another);

        assertThat(refusal.getDetail()).isEqualTo("room: too many connect at once");
        assertThat(refusal.getRetryAfterMs()).isEqualTo(7_000);
        assertThat(turnedAway("room_rate")).isPositive();
    }

    @Test
    void whatAnAppHasTooManyOfAnotherStillHas() {
        platform.saver.apps.put("shop", Tokens.app("shop"));
        configure("{apps: {exceptions: {demo: 1}}}");

        TestClient first = from("127.0.0.1").bound("alice", 0);
        try (TestClient second = from("127.0.0.1").greet()) {
            Unbound refused = second.refused(TestClient.bind("bob"));
            assertThat(refused.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
            assertThat(refused.getRetryAfterMs()).isPositive();
            second.bound(ofShop("bob"));
            assertThat(platform.context.count("hawser.room.access.bindings.refused"))
                    .isOne();

            first.close();
            await().untilAsserted(() -> assertThat(isBound("carol")).isTrue());
        }
    }

    @Test
    void aClientThatSendsFasterThanItMayIsNotReadForAMomentAndThenGoesOn() {
        configure("{frames: {framesPerSecond: 100, burst: 100ms}}");
        try (TestClient fast = from("127.0.0.1").bound("alice", 0)) {
            fast.sendRaw(pings(100));

            int told = 0;
            for (int pongs = 0; pongs < 100; ) {
                boolean pong = fast.nextType() == FrameType.PONG;
                pongs += pong ? 1 : 0;
                told += pong ? 0 : 1;
            }
            assertThat(told).isOne();
            assertThat(isAnswered(fast)).isTrue();
            fast.bound(TestClient.bind("alice").toBuilder()
                    .setBinding(2)
                    .setDevice("d2")
                    .build());
            assertThat(platform.context.count("hawser.room.clients.paused")).isEqualTo(told);
        }
    }

    private void configure(String access) {
        platform.context.changeConfig(TestPlatform.config(NOBODY_EXEMPT, "access: " + access));
    }

    private TestClient from(String source) {
        return TestClient.connectFrom(source, platform.addresses().getFirst());
    }

    /** Connects from one source after the other until one is refused, however slow the machine is. */
    private Error firstRefusal(int letInAtLeast, IntFunction<String> source) {
        for (int tries = 1; tries < 250; tries++) {
            try (TestClient client = from(source.apply(tries))) {
                client.hello();
                Frame first = client.read();
                if (first != null && first.type() == FrameType.ERROR) {
                    assertThat(tries).isGreaterThan(letInAtLeast);
                    Error refusal = Frames.parse(Error.parser(), first.body());
                    assertThat(refusal.getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
                    return refusal;
                }
            }
        }
        throw new AssertionError("nobody was refused");
    }

    private static byte[] pings(int count) {
        byte[] ping = Frames.encode(FrameType.PING, new byte[0]);
        ByteBuffer all = ByteBuffer.allocate(count * ping.length);
        while (all.hasRemaining()) {
            all.put(ping);
        }
        return all.array();
    }

    private boolean isLetIn(String source) {
        try (TestClient client = from(source)) {
            return client.isWelcome();
        }
    }

    private boolean isBound(String user) {
        try (TestClient client = from("127.0.0.1").greet()) {
            client.send(FrameType.BIND, TestClient.bind(user));
            return client.nextType() == FrameType.BOUND;
        }
    }

    private static boolean isAnswered(TestClient client) {
        client.ping();
        return client.nextType() == FrameType.PONG;
    }

    private static Bind ofShop(String user) {
        return TestClient.bind(user).toBuilder()
                .setApp("shop")
                .setToken(Tokens.of("shop", user))
                .build();
    }

    private static Error assertRefused(TestClient client, ErrorCode code, String detail) {
        Error said = client.error();
        assertThat(said.getCode()).isEqualTo(code.number());
        assertThat(said.getDetail()).isEqualTo(detail);
        assertThat(said.getCloses()).isTrue();
        assertThat(said.getRetryAfterMs()).isPositive();
        assertThat(client.read()).isNull();
        return said;
    }

    private double turnedAway(String reason) {
        return platform.context.count("hawser.room.connections.turned.away", "reason", reason);
    }
}
