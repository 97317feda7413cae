package io.hawser.coordinator.webhook;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures of the Standard Webhooks specification: HMAC-SHA256 of {@code id.timestamp.body}, one a secret. */
final class Signatures {
    private static final String ALGORITHM = "HmacSHA256";

    private Signatures() {}

    /**
     * Returns the value of {@code webhook-signature}: {@code v1,<base64>} by each secret, space between.
     *
     * @param timestampSeconds of the attempt
     */
    static String of(String webhookId, long timestampSeconds, ByteString body, List<ByteString> secrets) {
        byte[] head = (webhookId + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8);
        StringJoiner signatures = new StringJoiner(" ");
        for (ByteString secret : secrets) {
            signatures.add("v1," + Base64.getEncoder().encodeToString(hmac(secret.toByteArray(), head, body)));
        }
        return signatures.toString();
    }

    private static byte[] hmac(byte[] secret, byte[] head, ByteString body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(head);
            mac.update(body.asReadOnlyByteBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
