package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Gives the tokens that clients come back with, and knows them again. A token names a connection, and by that its event
 * loop, and how often the connection was resumed: so it serves once. That it was given by this room, in this life, is
 * shown by a keyed hash of 128 bits, so nothing is kept for those that are given. One for each event loop.
 */
final class ResumeTokens {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int NAMED_BYTES = Long.BYTES + Integer.BYTES;
    private static final int PROOF_BYTES = 16;

    private final Mac mac;

    /** What a token is good for. */
    record Claim(long connection, int round) {}

    /** The room's secret, in this life of it. */
    static final class Key {
        private final byte[] secret = new byte[KEY_BYTES];

        Key(SecureRandom chance) {
            chance.nextBytes(secret);
        }
    }

    ResumeTokens(Key key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.secret, ALGORITHM));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key of " + KEY_BYTES + " bytes is a good one", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Returns the token of a connection that was resumed so often. */
    ByteString give(long connection, int round) {
        ByteBuffer token = ByteBuffer.allocate(NAMED_BYTES + PROOF_BYTES);
        token.putLong(connection).putInt(round);
        token.put(proof(token.array()), 0, PROOF_BYTES);
        return ByteString.copyFrom(token.flip());
    }

    /** Returns what a token is good for; null where this room did not give it. */
    @Nullable
    Claim read(ByteString token) {
        if (token.size() != NAMED_BYTES + PROOF_BYTES) {
            return null;
        }
        byte[] bytes = token.toByteArray();
        byte[] shown = Arrays.copyOfRange(bytes, NAMED_BYTES, bytes.length);
        if (!MessageDigest.isEqual(Arrays.copyOf(proof(bytes), PROOF_BYTES), shown)) {
            return null;
        }
        ByteBuffer named = ByteBuffer.wrap(bytes);
        return new Claim(named.getLong(), named.getInt());
    }

    private byte[] proof(byte[] token) {
        mac.update(token, 0, NAMED_BYTES);
        return mac.doFinal();
    }
}
