package io.hawser.room.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An app's keys, used by what Java itself has: so who signed a token can be told without the verifier's library. */
final class TokenSigner {
    private static final String OVER_P256 = "SHA256withECDSAinP1363Format";
    private static final byte[] ANOTHERS = "another's secret, which is as long".getBytes(StandardCharsets.UTF_8);

    private final byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private final KeyPair pair;

    TokenSigner() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), seeded());
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same key each time, so that an input that was found is the same token again. */
    private static SecureRandom seeded() throws GeneralSecurityException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(1);
        return random;
    }

    byte[] secret() {
        return secret;
    }

    byte[] publicKey() {
        return pair.getPublic().getEncoded();
    }

    byte[] symmetric(String text) {
        return hmac(secret, text);
    }

    byte[] byAnother(String text) {
        return hmac(ANOTHERS, text);
    }

    byte[] byPublicKey(String text) {
        return hmac(publicKey(), text);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] elliptic(String text) {
        try {
            Signature signature = Signature.getInstance(OVER_P256);
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the last part of a token is a signature of all before it by one of the keys. */
    boolean hasSigned(String token) {
        String text = token.trim();
        int end = text.lastIndexOf('.');
        String signed = text.substring(0, Math.max(0, end));
        byte[] signature = decoded(text.substring(end + 1));
        return MessageDigest.isEqual(signature, symmetric(signed)) || isElliptic(signed, signature);
    }

    /** What is no letter of base64 readers of tokens pass over. */
    private static byte[] decoded(String base64) {
        String known = base64.replace('+', '-').replace('/', '_').replaceAll("[^A-Za-z0-9_-]", "");
        // A letter that is left over holds no byte.
        String whole = known.length() % 4 == 1 ? known.substring(0, known.length() - 1) : known;
        return Base64.getUrlDecoder().decode(whole);
    }

    private boolean isElliptic(String signed, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(OVER_P256);
            signature.initVerify(pair.getPublic());
            signature.update(signed.getBytes(StandardCharsets.UTF_8));
            return signature.verify(bytes);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
