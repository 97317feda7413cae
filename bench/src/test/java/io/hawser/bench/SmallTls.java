package io.hawser.bench;

import io.hawser.bench.platform.ThrowAwayCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS of a {@link SmallPlatform}'s room. */
public record SmallTls(Path certificate, ServerSocketFactory sockets) {
    public static SmallTls in(Path directory) throws IOException, GeneralSecurityException {
        ThrowAwayCertificate made = ThrowAwayCertificate.in(directory);
        char[] password = ThrowAwayCertificate.PASSWORD.toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(made.store().toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new SmallTls(made.certificate(), context.getServerSocketFactory());
    }
}
