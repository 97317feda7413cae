package io.hawser.room.tls;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A certificate, what leads from it to a CA, and its key, which is proved to be its own: the TLS library would find out
 * at a client's first handshake.
 */
record Credentials(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "a key proves itself".getBytes(StandardCharsets.US_ASCII);

    /** @throws HawserException INVALID_ARGUMENT, saying what is wrong with them, and never what the key is */
    static Credentials of(TlsFiles files, Instant now) {
        List<X509Certificate> chain = certificates("certificate", files.certificate());
        X509Certificate own = chain.getFirst();
        checkValidity(own, now);
        Credentials credentials =
                new Credentials(chain, privateKey(own, files.key().reveal()));
        credentials.checkPair();
        return credentials;
    }

    static List<X509Certificate> certificates(String what, String pem) {
        try {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw refusal(what + ": holds none (expected: one or more, in PEM)", null);
            }
            return all;
        } catch (CertificateException e) {
            throw refusal(what + ": malformed (expected: certificates in PEM)", e);
        }
    }

    private static void checkValidity(X509Certificate own, Instant now) {
        try {
            own.checkValidity(Date.from(now));
        } catch (CertificateException e) {
            throw refusal(
                    "certificate: valid from " + own.getNotBefore().toInstant() + " to " + notAfter(own)
                            + " (expected: now)",
                    e);
        }
    }

    private static PrivateKey privateKey(X509Certificate own, String pem) {
        Matcher block = PKCS8.matcher(pem);
        if (!block.find()) {
            throw refusal(
                    "key: no PKCS #8 in it (expected: BEGIN PRIVATE KEY, as of openssl pkcs8 -topk8 -nocrypt)", null);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(block.group(1));
            return KeyFactory.getInstance(own.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refusal("key: malformed, or not of the certificate's kind", e);
        }
    }

    private void checkPair() {
        try {
            Signature signer = Signature.getInstance(signatureOf(key));
            signer.initSign(key);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            signer.initVerify(chain.getFirst());
            signer.update(PROBE);
            if (!signer.verify(signature)) {
                throw refusal("key: another certificate's (expected: the one of certificate)", null);
            }
        } catch (GeneralSecurityException e) {
            throw refusal("key: cannot sign for the certificate", e);
        }
    }

    private static String signatureOf(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> throw refusal("key: " + key.getAlgorithm() + " (expected: EC or RSA)", null);
        };
    }

    Instant notAfter() {
        return notAfter(chain.getFirst());
    }

    private static Instant notAfter(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static HawserException refusal(String message, @Nullable Throwable cause) {
        return new HawserException(ErrorCode.INVALID_ARGUMENT, message, cause);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return chain.getFirst().getSubjectX500Principal() + " until " + notAfter();
    }
}
