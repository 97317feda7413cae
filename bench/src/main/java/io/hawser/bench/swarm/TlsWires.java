package io.hawser.bench.swarm;

import io.hawser.bench.measure.BenchException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Clients' TLS 1.3, by BoringSSL, which takes a fraction of what a JDK's would of the processors that clients share with the
 * room. Each client has the tickets that it was given, and comes back by one of them.
 */
final class TlsWires implements Wire.Kind {
    /** Some records of the largest size. */
    private static final int RECORDS_BYTES = 128 * 1024;

    private static final int RECORD_BYTES = 32 * 1024;

    /** A server gives two, and another two when a client comes back. */
    private static final int TICKETS_A_CLIENT = 4;

    private final CountingTrust trust;
    private final SslContext context;
    private final ByteBuffer records = ByteBuffer.allocateDirect(RECORDS_BYTES);
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
    private int opened;

    private TlsWires(CountingTrust trust, SslContext context) {
        this.trust = trust;
        this.context = context;
    }

    /** @param certificate what servers have to show, or that of its CA, in PEM */
    static TlsWires believing(Path certificate, int clients) {
        try {
            CountingTrust trust = new CountingTrust(trust(certificate));
            SslContext context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .protocols("TLSv1.3")
                    .trustManager(trust)
                    .build();
            context.sessionContext().setSessionCacheSize(TICKETS_A_CLIENT * clients);
            return new TlsWires(trust, context);
        } catch (IOException | GeneralSecurityException e) {
            throw new BenchException("no TLS by " + certificate + ": " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager trust(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "room", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /** Tickets are kept by host and port: the client's number in place of the port makes them its own. */
    @Override
    public Wire over(SocketChannel socket, int client, String host) {
        return new TlsWire(socket, context.newEngine(ByteBufAllocator.DEFAULT, host, client), this);
    }

    /** For what comes: of one client at a time. */
    ByteBuffer records() {
        return records;
    }

    /** For what goes out. */
    ByteBuffer record() {
        return record;
    }

    void opened() {
        opened++;
    }

    void release(SSLEngine engine) {
        ReferenceCountUtil.release(engine);
    }

    /** Those in which nobody had to show a certificate. */
    @Override
    public int resumed() {
        return opened - trust.asked();
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }
}
