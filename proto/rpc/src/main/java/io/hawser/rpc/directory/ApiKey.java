package io.hawser.rpc.directory;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.Credential;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its holder shows it: {@code hk_<id>_<secret>}.
 *
 * <p>The id is public and names the credential; the secret has 256 random bits, so a plain SHA-256 at rest is enough:
 * there is nothing to guess that a slow hash would protect.
 */
public record ApiKey(String id, String secret) {
    private static final Pattern FORM = Pattern.compile("hk_([a-z0-9]{16})_([A-Za-z0-9-]{43})");
    private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 16;
    private static final int SECRET_BYTES = 32;

    /** Draws a new key. */
    public static ApiKey draw(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        // '_' separates the parts and '-' is safe in shells and URLs: of the two URL-safe extras only '-' is kept.
        String text =
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret).replace('_', '-');
        return new ApiKey(id.toString(), text);
    }

    /** Reads {@code hk_<id>_<secret>}; UNAUTHENTICATED for anything else. The message never repeats what was given. */
    public static ApiKey parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw HawserException.refusal(ErrorCode.UNAUTHENTICATED, "key: malformed (expected: hk_<id>_<secret>)");
        }
        return new ApiKey(matcher.group(1), matcher.group(2));
    }

    /** What is kept of the secret. */
    public ByteString secretHash() {
        return ByteString.copyFrom(sha256());
    }

    /** Whether this is the key of {@code credential}; takes the same time whatever differs. */
    public boolean opens(Credential credential) {
        return MessageDigest.isEqual(sha256(), credential.getSecretHash().toByteArray());
    }

    /** The form that is shown once to its holder. */
    public String reveal() {
        return "hk_" + id + "_" + secret;
    }

    @Override
    public String toString() {
        return "hk_" + id + "_…";
    }

    private byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
