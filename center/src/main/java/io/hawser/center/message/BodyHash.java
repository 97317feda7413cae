package io.hawser.center.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import io.hawser.api.v1.Notify;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells whether a repeat asks for the same as the first call did: SHA-256 over QoS, body, TTL as given, collapse key and
 * headers in the order of their keys, each with its length; then over that and the target, cut to 16 bytes.
 */
public record BodyHash(ByteString shared) {
    private static final int BYTES = 16;

    static BodyHash of(boolean isTransient, Body body, long ttlMs, String collapseKey, Map<String, String> headers) {
        MessageDigest digest = sha256();
        digest.update((byte) ((isTransient ? 1 : 0) | (body.text() ? 2 : 0)));
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, ttlMs));
        add(digest, body.bytes().asReadOnlyByteBuffer());
        add(digest, collapseKey);
        new TreeMap<>(headers).forEach((key, value) -> {
            add(digest, key);
            add(digest, value);
        });
        return new BodyHash(ByteString.copyFrom(digest.digest()));
    }

    /** The hash of the same as a NOTIFY: with its key as given, hint, time to pull and where its body is. */
    BodyHash notifying(Notify asked) {
        MessageDigest digest = sha256();
        digest.update(shared.asReadOnlyByteBuffer());
        add(digest, asked.getKey());
        add(digest, asked.getHint());
        digest.update((byte) (asked.getBodyElsewhere() ? 1 : 0));
        digest.update(ByteBuffer.allocate(Long.BYTES)
                .putLong(0, asked.hasPullWithin() ? Durations.toMillis(asked.getPullWithin()) : 0));
        return new BodyHash(ByteString.copyFrom(digest.digest()));
    }

    /** Names the body of a NOTIFY whose caller gave no key: the same for a repeat, another for anything else. */
    String key(String requestId) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(to("key of " + requestId).toByteArray());
    }

    /** The hash of a message that is stored as it is, over all that it carries. */
    static BodyHash ofContent(ByteString content) {
        MessageDigest digest = sha256();
        digest.update(content.asReadOnlyByteBuffer());
        return new BodyHash(ByteString.copyFrom(digest.digest()));
    }

    /** The hash of a send to one of a user's mailboxes; empty: to all. */
    public ByteString to(String mailbox) {
        MessageDigest digest = sha256();
        digest.update(shared.asReadOnlyByteBuffer());
        add(digest, mailbox);
        return ByteString.copyFrom(digest.digest(), 0, BYTES);
    }

    private static void add(MessageDigest digest, String text) {
        add(digest, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void add(MessageDigest digest, ByteBuffer bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.remaining()));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
