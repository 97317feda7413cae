package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Move;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A room behind TLS, whose certificate is for rooms.test. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    private static SSLContext tls;
    private static String pem;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("room.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "room",
                "-dname",
                "CN=rooms.test",
                "-ext",
                "san=dns:rooms.test",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        tls = contextOf(store);
        pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate("room").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void speaksToARoomWhoseCertificateIsForTheName() throws Exception {
        RecordingListener listener = new RecordingListener();
        try (FakeRoom room = FakeRoom.open(tls.getServerSocketFactory());
                PushClient client = start(room, "rooms.test", listener)) {
            FakeRoom.Line line = room.acceptBound(0);
            line.message(0, 1);
            line.awaitAck(1);
            assertThat(listener.awaitMessage().text()).isEqualTo("m1");
            assertThat(client.counters().binds()).isEqualTo(1);
        }
    }

    @Test
    void movesToAnotherRoomThatSpeaksIt() throws Exception {
        try (FakeRoom room = FakeRoom.open(tls.getServerSocketFactory());
                FakeRoom other = FakeRoom.open(tls.getServerSocketFactory());
                PushClient client = start(room, "rooms.test", new RecordingListener())) {
            room.acceptBound(0)
                    .command(Command.newBuilder().setMove(Move.newBuilder().addAddresses(other.address())));
            FakeRoom.Line next = other.acceptBound(0);
            next.message(0, 1);
            next.awaitAck(1);
            assertThat(client.counters().connects()).isEqualTo(2);
        }
    }

    @Test
    void believesTheAuthoritiesOfAFileAndNoOthers(@TempDir Path directory) throws Exception {
        RecordingListener listener = new RecordingListener();
        Path authorities = Files.writeString(directory.resolve("authorities.pem"), pem);
        try (FakeRoom room = FakeRoom.open(tls.getServerSocketFactory());
                PushClient client =
                        room.alice(listener).tls(authorities, "rooms.test").start()) {
            room.acceptBound(0);
            assertThat(client.counters().connects()).isEqualTo(1);
        }
        try (FakeRoom room = FakeRoom.open(tls.getServerSocketFactory());
                PushClient client =
                        room.alice(new RecordingListener()).tls("rooms.test").start()) {
            room.accept().awaitClosed();
            assertThat(client.counters().connects()).isZero();
        }
    }

    @Test
    void refusesAFileThatHoldsNoAuthority(@TempDir Path directory) throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> PushClient.builder().tls(empty, "rooms.test"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("authorities: ");
    }

    @Test
    void refusesARoomWhoseCertificateIsForAnother() throws Exception {
        RecordingListener listener = new RecordingListener();
        try (FakeRoom room = FakeRoom.open(tls.getServerSocketFactory());
                PushClient client = start(room, "elsewhere.test", listener)) {
            room.accept().awaitClosed();
            assertThat(listener.awaitState(ClientState.WAITING).reason()).contains("elsewhere.test");
            assertThat(client.counters().connects()).isZero();
        }
    }

    private static PushClient start(FakeRoom room, String name, PushListener listener) throws IOException {
        return room.alice(listener)
                .tls(tls.getSocketFactory(), name)
                .backOff(Duration.ofSeconds(30), Duration.ofSeconds(30))
                .start();
    }

    private static SSLContext contextOf(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = trusted(store);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore trusted(KeyStore store) throws GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new AssertionError("an empty key store is read from nowhere", e);
        }
        trusted.setCertificateEntry("room", store.getCertificate("room"));
        return trusted;
    }
}
