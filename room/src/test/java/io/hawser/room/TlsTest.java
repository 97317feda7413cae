package io.hawser.room;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.Secret;
import io.hawser.room.connection.ConnectionConfig;
import io.hawser.room.tls.ClientCertificates;
import io.hawser.room.tls.TlsConfig;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Welcome;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A room behind TLS; its clients speak it by the JDK's own implementation. */
final class TlsTest {
    /** The kernel shares out by lot who connects: so often all of them at one room is as good as never. */
    private static final int MANY = 60;

    @SuppressWarnings("NullAway.Init")
    private TestCertificates certificates;

    @BeforeEach
    void makeCertificates(@TempDir Path directory) {
        certificates = new TestCertificates(directory);
        certificates.install(certificates.issue("CN=first"));
    }

    @Test
    void messagesComeOverTls13() {
        try (TestPlatform platform = room(certificates.config());
                TestClient client = connect(platform, certificates.client())) {
            client.bound("alice", 0);
            assertThat(client.tls().getProtocol()).isEqualTo("TLSv1.3");
            platform.push("alice", 0, 1, "hello");
            assertThat(client.message().getSeq()).isEqualTo(1);
            client.acknowledge(1);
            assertThat(platform.context.count("hawser.room.tls.handshakes", "outcome", "done"))
                    .isEqualTo(1);
        }
    }

    /** So often that event loops have given the channel to one another. */
    @Test
    void aClientThatDropsGoesOnOverTls() {
        try (TestPlatform platform = room(certificates.config())) {
            ByteString token = connect(platform, certificates.client()).bindsAndDrops("alice");
            for (int seq = 1; seq <= 10; seq++) {
                try (TestClient client = connect(platform, certificates.client())) {
                    Welcome welcome = client.welcome(TestClient.resumes(token, seq - 1));
                    assertThat(welcome.getResumed()).isTrue();
                    token = welcome.getResumeToken();
                    client.expect(FrameType.BOUND, Bound.parser());
                    platform.push("alice", seq - 1, seq, "hello");
                    assertThat(client.message().getSeq()).isEqualTo(seq);
                }
            }
        }
    }

    @Test
    void tls12IsSpokenWhereThatIsAllowed() throws Exception {
        SSLContext old = SSLContext.getInstance("TLSv1.2");
        old.init(null, certificates.ca.toTrustManagerFactory().getTrustManagers(), null);
        try (TestPlatform strict = room(certificates.config())) {
            assertThatThrownBy(() -> connect(strict, old)).isInstanceOf(UncheckedIOException.class);
            await().until(() -> strict.context.count("hawser.room.tls.handshakes", "outcome", "failed") == 1);
            await().until(() -> strict.context.count("hawser.room.connections.closed", "reason", "bad_carrier") == 1);
        }
        try (TestPlatform lenient = room(TestCertificates.allowingTls12(certificates.config()));
                TestClient client = connect(lenient, old)) {
            client.bound("alice", 0);
            assertThat(client.tls().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void aClientThatIsRefusedReadsWhyAndThenTheEndOfTls() {
        try (TestPlatform platform = room(certificates.config());
                ClosingClient client = ClosingClient.connect(platform.address("tls"), certificates.ca)) {
            client.send(new byte[] {0});
            byte[] all = client.awaitCloseNotify();
            assertThat(all[1]).isEqualTo((byte) FrameType.ERROR);
            assertThat(all).contains((byte) ErrorCode.PROTOCOL_ERROR.number());
        }
    }

    @Test
    void whatIsNotTlsIsClosedAtATlsPort() {
        try (TestPlatform platform = room(certificates.config())) {
            try (TestClient plain = TestClient.connect(platform.address("tls"))) {
                plain.sendRaw(TestClient.helloAndBind("alice"));
                plain.awaitClosed();
            }
            try (TestClient http = TestClient.connect(platform.address("tls"))) {
                http.sendRaw("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                http.awaitClosed();
            }
            await().until(() -> platform.context.count("hawser.room.connections.closed", "reason", "bad_carrier") == 2);
            assertThat(platform.context.count("hawser.room.faults")).isZero();
        }
    }

    @Test
    void tlsAtAPlainPortIsRefused() {
        try (TestPlatform platform = room(certificates.config())) {
            assertThatThrownBy(() -> TestClient.connect(platform.addresses().getFirst(), certificates.client()))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void whoDribblesAHandshakeIsClosedAtTheDeadlineOfHello() {
        RoomConfig config = TestCertificates.roomOfAllKinds(certificates.config());
        try (TestPlatform platform =
                        new TestPlatform(TestPlatform.with(config, config.gateway(), hurried(config.connections())));
                TestClient slow = TestClient.connect(platform.address("tls"))) {
            slow.sendRaw(new byte[] {0x16, 0x03, 0x01});
            slow.awaitClosed();
            await().until(() ->
                    platform.context.count("hawser.room.connections.closed", "reason", "handshake_timeout") == 1);
        }
    }

    @Test
    void roomsThatShareAPortAndTheKeysOfTicketsResumeEachOthersSessions() throws Exception {
        TlsConfig tls = TestCertificates.with(certificates.config(), List.of(TestCertificates.ticketKey(1)));
        SSLContext client = certificates.client();
        try (SocketChannel holder = holdPort()) {
            int port = ((InetSocketAddress) holder.getLocalAddress()).getPort();
            RoomConfig config = TestCertificates.roomAtSharedPort(tls, port);
            try (TestPlatform first = new TestPlatform(config);
                    TestPlatform second = new TestPlatform(config)) {
                int visits = 0;
                while (visits < MANY && (handshakes(first) == 0 || handshakes(second) == 0 || visits < 3)) {
                    visit(first, client);
                    visits++;
                }
                assertThat(handshakes(first)).isBetween(1.0, visits - 1.0);
                assertThat(handshakes(second)).isEqualTo(visits - handshakes(first));
                assertThat(resumed(first) + resumed(second)).isEqualTo(visits - 1);
            }
        }
    }

    /** A port that is bound and not listened at: whoever shares it may. */
    private static SocketChannel holdPort() throws IOException {
        return SocketChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(new InetSocketAddress("127.0.0.1", 0));
    }

    @Test
    void ticketsOfAnOlderKeyHoldUntilItGoes() {
        Secret older = TestCertificates.ticketKey(1);
        Secret newer = TestCertificates.ticketKey(2);
        TlsConfig files = certificates.config();
        SSLContext client = certificates.client();
        try (TestPlatform platform = room(TestCertificates.with(files, List.of(older)))) {
            visit(platform, client);
            change(platform, TestCertificates.with(files, List.of(newer, older)));
            visit(platform, client);
            assertThat(resumed(platform)).isEqualTo(1);
            change(platform, TestCertificates.with(files, List.of(TestCertificates.ticketKey(3))));
            visit(platform, client);
            assertThat(resumed(platform)).isEqualTo(1);
        }
    }

    @Test
    void aNewCertificateIsTakenWithoutARestartAndOldConnectionsGoOn() {
        try (TestPlatform platform = room(certificates.config());
                TestClient before = connect(platform, certificates.client())) {
            before.bound("alice", 0);
            certificates.install(certificates.issue("CN=second"));
            await().until(() -> loads(platform, "loaded") == 2);
            assertThat(subjectAt(platform)).isEqualTo("CN=second");
            before.sendRaw(Frames.ping());
            assertThat(requireNonNull(before.read()).type()).isEqualTo(FrameType.PONG);
        }
    }

    @Test
    void aBrokenCertificateIsRefusedAndTheOldOneStays() {
        try (TestPlatform platform = room(certificates.config())) {
            certificates.write("room.pem", "no certificate");
            await().until(() -> loads(platform, "refused") == 1);
            certificates.install(certificates.issue("CN=old", Instant.now().minusSeconds(60)));
            await().until(() -> loads(platform, "refused") >= 2);
            assertThat(subjectAt(platform)).isEqualTo("CN=first");
            certificates.install(certificates.issue("CN=second"));
            await().until(() -> subjectAt(platform).equals("CN=second"));
        }
    }

    @Test
    void aRoomWhoseKeyIsAnotherCertificatesDoesNotStart() {
        certificates.write("room.key", certificates.issue("CN=other").getPrivateKeyPEM());
        assertThatThrownBy(() -> room(certificates.config()))
                .isInstanceOf(HawserException.class)
                .hasMessageContaining("key: another certificate's");
    }

    @Test
    void aKeyOfTicketsThatIsNoneIsRefusedByItsPlaceAndNeverShown() {
        TlsConfig config = TestCertificates.with(certificates.config(), List.of(Secret.of("c2hvcnQ=")));
        assertThat(config.toString()).doesNotContain("c2hvcnQ=");
        assertThatThrownBy(() -> room(config))
                .hasMessageContaining("ticketKeys[0]: 5 bytes")
                .hasMessageNotContaining("c2hvcnQ=");
    }

    @Test
    void clientsShowCertificatesWhereThatIsRequired() {
        X509Bundle clients = TestCertificates.issuer("CN=clients");
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        X509Bundle good = TestCertificates.issue(clients, "CN=good", tomorrow);
        X509Bundle bad = TestCertificates.issue(TestCertificates.issuer("CN=others"), "CN=bad", tomorrow);
        try (TestPlatform platform =
                room(certificates.withClients(certificates.config(), ClientCertificates.REQUIRED, clients))) {
            try (TestClient client = connect(platform, certificates.client(TestCertificates.keys(good)))) {
                client.bound("alice", 0);
            }
            assertRefused(platform, certificates.client());
            assertRefused(platform, certificates.client(TestCertificates.keys(bad)));
            await().until(() -> platform.context.count("hawser.room.tls.handshakes", "outcome", "failed") == 2);
        }
    }

    @Test
    void clientsMayShowCertificatesWhereThatIsOptional() {
        X509Bundle clients = TestCertificates.issuer("CN=clients");
        try (TestPlatform platform =
                        room(certificates.withClients(certificates.config(), ClientCertificates.OPTIONAL, clients));
                TestClient client = connect(platform, certificates.client())) {
            client.bound("alice", 0);
        }
    }

    private static TestPlatform room(TlsConfig tls) {
        return new TestPlatform(TestCertificates.roomOfAllKinds(tls));
    }

    private static TestClient connect(TestPlatform platform, SSLContext tls) {
        return TestClient.connect(platform.address("tls"), tls);
    }

    /** Stays until a ticket has come: in TLS 1.3 that is behind the handshake, before WELCOME. */
    private static void visit(TestPlatform platform, SSLContext tls) {
        try (TestClient client = connect(platform, tls)) {
            client.greet();
        }
    }

    private static void change(TestPlatform platform, TlsConfig tls) {
        double before = loads(platform, "loaded");
        platform.context.changeConfig(TestCertificates.roomOfAllKinds(tls));
        assertThat(loads(platform, "loaded")).isEqualTo(before + 1);
    }

    /** In TLS 1.3 a client learns that its certificate was refused when it reads. */
    private static void assertRefused(TestPlatform platform, SSLContext tls) {
        assertThatThrownBy(() -> {
                    try (TestClient client = connect(platform, tls)) {
                        client.greet();
                    }
                })
                .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
    }

    private String subjectAt(TestPlatform platform) {
        try (TestClient client = connect(platform, certificates.client())) {
            X509Certificate shown = (X509Certificate) client.tls().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException e) {
            throw new AssertionError(e);
        }
    }

    private static double loads(TestPlatform platform, String outcome) {
        return platform.context.count("hawser.room.tls.loads", "outcome", outcome);
    }

    private static double handshakes(TestPlatform platform) {
        return platform.context.count("hawser.room.tls.handshakes", "outcome", "done");
    }

    private static double resumed(TestPlatform platform) {
        return platform.context.functionCount("hawser.room.tls.resumed");
    }

    private static ConnectionConfig hurried(ConnectionConfig c) {
        return new ConnectionConfig(
                Duration.ofMillis(300),
                c.bindWithin(),
                c.closeWithin(),
                c.heartbeat(),
                c.maxUnboundFrame(),
                c.maxFrame(),
                c.writeBuffer(),
                c.maxBindings(),
                c.maxBindsInFlight(),
                c.window(),
                c.acknowledgeWithin(),
                c.fruitlessAfter(),
                c.loads(),
                c.openAttempts(),
                c.firstBackoff(),
                c.maxBackoff(),
                c.detachedPoll(),
                c.seenEvery(),
                c.tokenWarning(),
                c.tokenGrace(),
                c.parking());
    }
}
