package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients behind a load balancer, which says where they are; played by sockets that begin as one does. */
final class ProxyProtocolTest {
    private static final String LISTENER =
            "gateway: {listeners: [{host: 127.0.0.1, port: 0, advertised: [], proxyProtocol: true}]}";
    private static final String TRUST = "access: {trustedProxies: [127.0.0.1/32], shared: []}";
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private final TestPlatform platform = new TestPlatform(TestPlatform.config(LISTENER, TRUST));

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void aClientIsServedAsIfItWereThereWhereTheHeaderSays() {
        configure("{address: {maxConnections: 1}, deny: [198.51.100.0/24]}");

        try (TestClient one = of("192.0.2.1").bound("alice", 0);
                TestClient sameAddress = of("192.0.2.1");
                TestClient another = of("192.0.2.2").greet();
                TestClient denied = of("198.51.100.7")) {
            assertRefused(sameAddress, ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections");
            assertRefused(denied, ErrorCode.BANNED, "network: not let in");
            another.bound(TestClient.bind("bob"));
            platform.push("alice", 0, 0, "hello");
            assertThat(one.message().getBody().toStringUtf8()).isEqualTo("hello");
        }
        assertThat(turnedAway("address_full")).isOne();
        assertThat(turnedAway("denied")).isOne();
    }

    @Test
    void aNetworkOfIpv6CountsAsOneAddress() {
        configure("{address: {maxConnections: 1}}");

        try (TestClient one = of("2001:db8:0:1::1").greet();
                TestClient sameSite = of("2001:db8:0:1:ffff::2");
                TestClient another = of("2001:db8:0:2::1").greet()) {
            assertRefused(sameSite, ErrorCode.RESOURCE_EXHAUSTED, "address: too many connections");
            assertThat(one).isNotSameAs(another);
        }
    }

    @Test
    void aNetworkThatIsDeniedLaterIsClosedThoughItsProxyIsTrusted() {
        try (TestClient denied = of("198.51.100.7").greet();
                TestClient other = of("192.0.2.1").greet()) {
            configure("{deny: [198.51.100.0/24]}");

            assertRefused(denied, ErrorCode.BANNED, "network: not let in");
            other.bound(TestClient.bind("bob"));
        }
    }

    @Test
    void aHeaderMayComeInPiecesAndWithTheFirstFrameBehindIt() {
        try (TestClient client = raw()) {
            byte[] all = concat(
                    header(PROXY, TCP4, addresses("192.0.2.1")),
                    Frames.encode(
                            FrameType.HELLO,
                            Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build()));
            for (byte next : all) {
                client.sendRaw(new byte[] {next});
            }
            assertThat(client.nextType()).isEqualTo(FrameType.WELCOME);
        }
    }

    @Test
    void aProxysOwnConnectionIsServedAsOneOfNoAddress() {
        configure("{address: {maxConnections: 1}}");

        for (int i = 0; i < 2; i++) {
            TestClient check = raw();
            check.sendRaw(header(LOCAL, 0, new byte[0]));
            check.greet();
        }
        await().until(() -> platform.context.gauge("hawser.room.connections") == 2);
        assertThat(platform.context.gauge("hawser.room.access.addresses")).isZero();
    }

    @Test
    void whoIsNotTrustedMaySayNothingForAnybody() {
        try (TestClient stranger =
                TestClient.connectFrom("127.0.0.2", platform.addresses().getFirst())) {
            assertRefused(stranger, ErrorCode.UNAVAILABLE, "port: for trusted proxies alone");
        }
        assertThat(turnedAway("untrusted_proxy")).isOne();
    }

    @Test
    void aClientWithoutHeaderIsRefusedAtItsFirstByte() {
        try (TestClient direct = raw()) {
            direct.send(FrameType.HELLO, Hello.getDefaultInstance());
            assertRefused(direct, ErrorCode.UNAVAILABLE, "PROXY header: none (expected: version 2, before all else)");
        }
        assertThat(turnedAway("proxy_header_missing")).isOne();
    }

    @Test
    void versionOneIsRefusedByName() {
        try (TestClient old = raw()) {
            old.sendRaw("PROXY TCP4 192.0.2.1 192.0.2.9 40000 9000\r\n".getBytes(StandardCharsets.US_ASCII));
            assertRefused(old, ErrorCode.UNAVAILABLE, "PROXY header: version 1 (expected: version 2)");
        }
        assertThat(turnedAway("proxy_header_v1")).isOne();
    }

    @Test
    void aMalformedHeaderClosesAndIsCounted() {
        int noSuchCommand = 0x2f;
        try (TestClient broken = raw()) {
            broken.sendRaw(header(noSuchCommand, TCP4, addresses("192.0.2.1")));
            assertThat(broken.closes()).isTrue();
        }
        await().until(() -> turnedAway("proxy_header_malformed") == 1);
        assertThat(platform.context.count("hawser.room.faults")).isZero();
    }

    @Test
    void aHeaderThatIsTooLongClosesAndIsCounted() {
        try (TestClient broken = raw()) {
            broken.sendRaw(header(PROXY, TCP4, new byte[8_000]));
            assertThat(broken.closes()).isTrue();
        }
        await().until(() -> turnedAway("proxy_header_malformed") == 1);
    }

    @Test
    void whoeverSaysNothingIsClosedAtTheDeadline() {
        platform.context.changeConfig(TestPlatform.config(LISTENER, TRUST, "connections: {helloWithin: 200ms}"));
        try (TestClient silent = raw()) {
            silent.sendRaw(new byte[] {SIGNATURE[0]});
            assertThat(silent.error().getCode()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT.number());
        }
        await().until(() -> turnedAway("proxy_header_missing") == 1);
    }

    private void configure(String access) {
        platform.context.changeConfig(TestPlatform.config(LISTENER, TRUST, "access: " + access));
    }

    /** A connection of the proxy's that says first where its client is. */
    private TestClient of(String client) {
        TestClient proxied = raw();
        byte[] addresses = addresses(client);
        proxied.sendRaw(header(PROXY, addresses.length == 12 ? TCP4 : TCP6, addresses));
        return proxied;
    }

    private TestClient raw() {
        return TestClient.connect(platform.addresses().getFirst());
    }

    private static byte[] header(int versionAndCommand, int family, byte[] rest) {
        return ByteBuffer.allocate(SIGNATURE.length + 4 + rest.length)
                .put(SIGNATURE)
                .put((byte) versionAndCommand)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    /** From a client to an address of the same kind: both addresses, both ports. */
    private static byte[] addresses(String client) {
        byte[] source = InetAddress.ofLiteral(client).getAddress();
        return ByteBuffer.allocate(2 * source.length + 4)
                .put(source)
                .put(source)
                .putShort((short) 40_000)
                .putShort((short) 9_000)
                .array();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    private static void assertRefused(TestClient client, ErrorCode code, String detail) {
        Error said = client.error();
        assertThat(said.getCode()).isEqualTo(code.number());
        assertThat(said.getDetail()).isEqualTo(detail);
        assertThat(said.getCloses()).isTrue();
        assertThat(said.getRetryAfterMs()).isPositive();
        assertThat(client.closes()).isTrue();
    }

    private double turnedAway(String reason) {
        return platform.context.count("hawser.room.connections.turned.away", "reason", reason);
    }
}
