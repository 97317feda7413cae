package io.hawser.room.tls;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Makes what connections share of TLS, by BoringSSL. */
final class TlsContexts {
    /** Forward secrecy and authenticated encryption alone. Those of TLS 1.3, the first three, are not for choosing. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsContexts() {}

    /** @throws HawserException UNAVAILABLE where this machine has no BoringSSL */
    static void checkLibrary() {
        if (!OpenSsl.isAvailable()) {
            throw new HawserException(
                    ErrorCode.UNAVAILABLE,
                    "TLS: its library does not load here (expected: Linux on x86-64 or ARM64)",
                    OpenSsl.unavailabilityCause());
        }
    }

    /**
     * Makes one. The caller releases it.
     *
     * @throws HawserException INVALID_ARGUMENT, saying what of it is not as it should be
     */
    static SslContext make(TlsFiles files, Credentials credentials) {
        SslContext context = build(files, credentials);
        try {
            OpenSslServerSessionContext sessions = (OpenSslServerSessionContext) context.sessionContext();
            // Clients keep their sessions, in tickets: here they would cost memory, and serve one room alone.
            sessions.setSessionCacheEnabled(false);
            sessions.setSessionIdContext(whoMayResume(files));
            if (!files.config().ticketKeys().isEmpty()) {
                sessions.setTicketKeys(TicketKeys.of(files.config().ticketKeys()));
            }
            return context;
        } catch (RuntimeException | Error failure) {
            ReferenceCountUtil.release(context);
            throw failure;
        }
    }

    private static SslContext build(TlsFiles files, Credentials credentials) {
        TlsConfig config = files.config();
        SslContextBuilder builder = SslContextBuilder.forServer(credentials.key(), credentials.chain())
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(config.allowTls12() ? List.of("TLSv1.3", "TLSv1.2") : List.of("TLSv1.3"))
                .ciphers(CIPHERS)
                .clientAuth(config.clientCertificates().auth());
        if (!files.clientCa().isEmpty()) {
            builder.trustManager(
                    Credentials.certificates("clientCa", files.clientCa()).toArray(X509Certificate[]::new));
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new HawserException(ErrorCode.INVALID_ARGUMENT, "certificate: refused by the TLS library", e);
        }
    }

    /** A ticket carries over who its client proved to be: not to where others are believed. */
    private static byte[] whoMayResume(TlsFiles files) {
        String rule = files.config().clientCertificates() + "\n" + files.clientCa();
        try {
            return MessageDigest.getInstance("SHA-256").digest(rule.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
