package io.hawser.saver.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The check of a backup's file. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has it", e);
        }
    }
}
