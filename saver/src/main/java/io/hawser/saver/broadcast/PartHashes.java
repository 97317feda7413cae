package io.hawser.saver.broadcast;

import io.hawser.saver.batch.Sql;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;

/** Short hashes of the users in a part of a list, side by side. Whose hash is not there is not in the part. */
final class PartHashes {
    private static final int BYTES = 4;

    private PartHashes() {}

    static void write(Connection connection, long task, int part, Collection<String> users) throws SQLException {
        MessageDigest digest = sha256();
        ByteArrayOutputStream hashes = new ByteArrayOutputStream(users.size() * BYTES);
        users.forEach(user -> hashes.writeBytes(of(digest, user)));
        Sql.update(
                connection,
                "INSERT INTO broadcast_part_hash (task, part, hashes) VALUES (?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE hashes = VALUES(hashes)",
                task,
                part,
                hashes.toByteArray());
    }

    /** What is looked for in a part's hashes. */
    static byte[] of(String user) {
        return of(sha256(), user);
    }

    private static byte[] of(MessageDigest digest, String user) {
        return Arrays.copyOf(digest.digest(Sql.bytes(user)), BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
