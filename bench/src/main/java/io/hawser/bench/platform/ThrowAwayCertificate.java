package io.hawser.bench.platform;

import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for 127.0.0.1 that is its own CA, and its key: ECDSA on P-256, good for two days. Made by the JDK's keytool.
 *
 * @param certificate file, PEM
 * @param key file, PEM
 * @param store file of both, PKCS #12
 */
public record ThrowAwayCertificate(Path certificate, Path key, Path store) {
    /** Of {@link #store}, which nobody has but who may read the files. */
    public static final String PASSWORD = "throw-away";

    private static final String ALIAS = "room";

    /** Makes one in this directory. */
    public static ThrowAwayCertificate in(Path directory) {
        ThrowAwayCertificate made = new ThrowAwayCertificate(
                directory.resolve("room.pem"), directory.resolve("room.key"), directory.resolve("room.p12"));
        try {
            made.generate();
            KeyStore store = KeyStore.getInstance(made.store.toFile(), PASSWORD.toCharArray());
            write(made.certificate, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
            write(
                    made.key,
                    "PRIVATE KEY",
                    store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            return made;
        } catch (IOException | GeneralSecurityException e) {
            throw new BenchException("cannot make a certificate in " + directory + ": " + e.getMessage(), e);
        }
    }

    private void generate() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                ALIAS,
                "-dname",
                "CN=bench",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new BenchException("keytool: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static void write(Path file, String what, byte[] encoded) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                        .formatted(what, Base64.getMimeEncoder().encodeToString(encoded)));
    }

    /** What has rooms listen with it, each at a port of its own, and without TLS nowhere. */
    List<String> settings() {
        return List.of(
                "room.gateway.listeners=[{kind: tls, host: 127.0.0.1, port: 0}]",
                "room.gateway.tls.certificate=" + certificate,
                "room.gateway.tls.key=" + key);
    }
}
