package io.hawser.center.callback;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Base64;

/** The secrets that sign requests to back ends, in the form of the Standard Webhooks specification. */
final class Secrets {
    private static final int BYTES = 32;
    private static final String PREFIX = "whsec_";

    private Secrets() {}

    static ByteString draw(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return ByteString.copyFrom(secret);
    }

    static String text(ByteString secret) {
        return PREFIX + Base64.getEncoder().encodeToString(secret.toByteArray());
    }
}
