package io.hawser.room;

import io.hawser.keeper.config.Secret;
import io.hawser.room.gateway.GatewayConfig;
import io.hawser.room.gateway.Listener;
import io.hawser.room.gateway.ListenerKind;
import io.hawser.room.tls.ClientCertificates;
import io.hawser.room.tls.TlsConfig;
import io.hawser.room.websocket.WebSocketConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A CA of the test's own, what it issues, and the files in which a room finds it. */
final class TestCertificates {
    final X509Bundle ca = issuer("CN=test CA");
    private final Path directory;

    TestCertificates(Path directory) {
        this.directory = directory;
    }

    static X509Bundle issuer(String subject) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject(subject)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Issues one that is valid for 127.0.0.1 and rooms.test. */
    X509Bundle issue(String subject) {
        return issue(subject, Instant.now().plus(1, ChronoUnit.DAYS));
    }

    X509Bundle issue(String subject, Instant notAfter) {
        return issue(ca, subject, notAfter);
    }

    static X509Bundle issue(X509Bundle issuer, String subject, Instant notAfter) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject(subject)
                    .addSanDnsName("rooms.test")
                    .addSanIpAddress("127.0.0.1")
                    .notBefore(Instant.now().minus(2, ChronoUnit.DAYS))
                    .notAfter(notAfter)
                    .buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Puts a certificate and its key where the room's configuration says. */
    void install(X509Bundle certificate) {
        write("room.pem", certificate.getCertificatePathPEM());
        write("room.key", certificate.getPrivateKeyPEM());
    }

    String write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    TlsConfig config() {
        return new TlsConfig(
                directory.resolve("room.pem").toString(),
                directory.resolve("room.key").toString(),
                List.of(),
                false,
                ClientCertificates.NONE,
                "",
                Duration.ofMillis(100));
    }

    static TlsConfig with(TlsConfig c, List<Secret> ticketKeys) {
        return new TlsConfig(
                c.certificate(),
                c.key(),
                ticketKeys,
                c.allowTls12(),
                c.clientCertificates(),
                c.clientCa(),
                c.reloadEvery());
    }

    static TlsConfig allowingTls12(TlsConfig c) {
        return new TlsConfig(
                c.certificate(), c.key(), c.ticketKeys(), true, c.clientCertificates(), c.clientCa(), c.reloadEvery());
    }

    TlsConfig withClients(TlsConfig c, ClientCertificates rule, X509Bundle clientCa) {
        return new TlsConfig(
                c.certificate(),
                c.key(),
                c.ticketKeys(),
                c.allowTls12(),
                rule,
                write("clients.pem", clientCa.getRootCertificatePEM()),
                c.reloadEvery());
    }

    static Secret ticketKey(long seed) {
        byte[] bytes = new byte[48];
        new Random(seed).nextBytes(bytes);
        return Secret.of(Base64.getEncoder().encodeToString(bytes));
    }

    /** A room of one port of each kind. */
    static RoomConfig roomOfAllKinds(TlsConfig tls) {
        return roomOfAllKinds(tls, WebSocketConfig.defaults());
    }

    static RoomConfig roomOfAllKinds(TlsConfig tls, WebSocketConfig webSocket) {
        return roomFor(1_000, tls, webSocket);
    }

    static RoomConfig roomFor(int connections, TlsConfig tls, WebSocketConfig webSocket) {
        List<Listener> listeners = Stream.of(ListenerKind.values())
                .map(kind -> new Listener(kind, "127.0.0.1", 0, false, List.of(), false))
                .toList();
        return room(listeners, connections, tls, webSocket);
    }

    /** A room for one client, by WebSocket. */
    static RoomConfig fullOfWebSockets() {
        Listener listener = new Listener(ListenerKind.WS, "127.0.0.1", 0, false, List.of(), false);
        return room(List.of(listener), 1, TlsConfig.defaults(), WebSocketConfig.defaults());
    }

    /** A room that takes WebSocket, without TLS. */
    static RoomConfig roomOfWebSockets(WebSocketConfig webSocket) {
        Listener listener = new Listener(ListenerKind.WS, "127.0.0.1", 0, false, List.of(), false);
        return room(List.of(listener), 1_000, TlsConfig.defaults(), webSocket);
    }

    /** A room that listens with TLS where others may as well. */
    static RoomConfig roomAtSharedPort(TlsConfig tls, int port) {
        Listener shared = new Listener(ListenerKind.TLS, "127.0.0.1", port, true, List.of(), false);
        return room(List.of(shared), 1_000, tls, WebSocketConfig.defaults());
    }

    private static RoomConfig room(
            List<Listener> listeners, int connections, TlsConfig tls, WebSocketConfig webSocket) {
        RoomConfig defaults = RoomConfig.defaults();
        GatewayConfig gateway = new GatewayConfig(listeners, 2, 128, connections, connections, tls, webSocket);
        return TestPlatform.with(defaults, gateway, defaults.connections());
    }

    /** A client that believes this CA. */
    SSLContext client() {
        return client(null);
    }

    /** A client that shows a certificate. */
    SSLContext client(KeyManager @Nullable [] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, ca.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static KeyManager[] keys(X509Bundle certificate) {
        try {
            return certificate.toKeyManagerFactory().getKeyManagers();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
