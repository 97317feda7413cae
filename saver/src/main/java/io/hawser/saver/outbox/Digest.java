package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 over parts, each with its length before it, so that no two lists of parts read the same. */
final class Digest {
    private static final int WEBHOOK_ID_BYTES = 16;

    private final MessageDigest sha256;

    Digest(String domain) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        add(domain);
    }

    Digest add(String part) {
        return add(part.getBytes(StandardCharsets.UTF_8));
    }

    Digest add(ByteString part) {
        return add(part.toByteArray());
    }

    Digest add(long part) {
        return add(ByteBuffer.allocate(Long.BYTES).putLong(part).array());
    }

    /** Its first bytes. */
    byte[] bytes(int count) {
        return Arrays.copyOf(sha256.digest(), count);
    }

    /** As the Standard Webhooks have it: no dots, and nothing that a client chose. */
    String webhookId() {
        return "msg_" + HexFormat.of().formatHex(bytes(WEBHOOK_ID_BYTES));
    }

    private Digest add(byte[] part) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        sha256.update(part);
        return this;
    }
}
