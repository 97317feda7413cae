package io.hawser.saver.body;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which requests have stored a body, and which. A body is stored before its message is: so it is here that a request
 * used twice for two bodies is refused before the second takes the place of the first.
 */
final class BodyRequests {
    private final Duration lifetime;
    private final Clock clock;

    /** @param lifetime how long a request is remembered: as long as the message's own */
    BodyRequests(Duration lifetime, Clock clock) {
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * Returns whether a body is its request's first; else it is a repeat. Holds the request until the transaction ends.
     *
     * @throws HawserException IDEMPOTENCY_CONFLICT where the request has stored another one
     */
    boolean isNew(Connection connection, PutBodyRequest request) throws SQLException {
        forgetOld(connection, request);
        byte[] hash = hash(request);
        if (remember(connection, request, hash)) {
            return true;
        }
        Optional<byte[]> stored = stored(connection, request);
        if (stored.isEmpty() || Arrays.equals(hash, stored.get())) {
            return false;
        }
        throw HawserException.refusal(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "request_id: " + request.getRequestId() + " was used for another body (expected: a new one)");
    }

    static int erase(Connection connection, String app, String user) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM body_request WHERE slot = ? AND app = ? AND user = ?")) {
            delete.setInt(1, Slot.of(app, user));
            delete.setString(2, app);
            delete.setBytes(3, utf8(user));
            return delete.executeUpdate();
        }
    }

    /** The purge comes by only now and then. */
    private void forgetOld(Connection connection, PutBodyRequest request) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM body_request WHERE slot = ? AND app = ?"
                        + " AND user = ? AND body_key = ? AND request_id = ? AND stored_ms < ?")) {
            bind(delete, request);
            delete.setLong(6, clock.millis() - lifetime.toMillis());
            delete.executeUpdate();
        }
    }

    private boolean remember(Connection connection, PutBodyRequest request, byte[] hash) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT IGNORE INTO body_request"
                + " (slot, app, user, body_key, request_id, body_hash, stored_ms) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            bind(insert, request);
            insert.setBytes(6, hash);
            insert.setLong(7, clock.millis());
            return insert.executeUpdate() == 1;
        }
    }

    /** Empty: purged this moment. */
    private static Optional<byte[]> stored(Connection connection, PutBodyRequest request) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT body_hash FROM body_request WHERE slot = ?"
                + " AND app = ? AND user = ? AND body_key = ? AND request_id = ?")) {
            bind(select, request);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    private static void bind(PreparedStatement statement, PutBodyRequest request) throws SQLException {
        statement.setInt(1, Slot.of(request.getApp(), request.getUser()));
        statement.setString(2, request.getApp());
        statement.setBytes(3, utf8(request.getUser()));
        statement.setBytes(4, utf8(request.getKey()));
        statement.setBytes(5, utf8(request.getRequestId()));
    }

    private static byte[] hash(PutBodyRequest request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) (request.getText() ? 1 : 0));
            digest.update(request.getBody().asReadOnlyByteBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
