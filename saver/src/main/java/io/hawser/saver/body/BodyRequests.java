package io.hawser.saver.body;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which requests have stored a body, and which. A body is stored before its message is: so it is here that a request
 * used twice for two bodies is refused before the second takes the place of the first.
 */
final class BodyRequests {
    private static final String THE_REQUEST = "slot = ? AND app = ? AND user = ? AND body_key = ? AND request_id = ?";

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
        return Sql.update(
                connection,
                "DELETE FROM body_request WHERE slot = ? AND app = ? AND user = ?",
                Slot.of(app, user),
                app,
                Sql.bytes(user));
    }

    /** The purge comes by only now and then. */
    private void forgetOld(Connection connection, PutBodyRequest request) throws SQLException {
        Sql.update(
                connection,
                "DELETE FROM body_request WHERE " + THE_REQUEST + " AND stored_ms < ?",
                parameters(request, clock.millis() - lifetime.toMillis()));
    }

    private boolean remember(Connection connection, PutBodyRequest request, byte[] hash) throws SQLException {
        int inserted = Sql.update(
                connection,
                "INSERT IGNORE INTO body_request (slot, app, user, body_key, request_id, body_hash, stored_ms)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                parameters(request, hash, clock.millis()));
        return inserted == 1;
    }

    /** Empty: purged this moment. */
    private static Optional<byte[]> stored(Connection connection, PutBodyRequest request) throws SQLException {
        return Sql.first(
                connection,
                "SELECT body_hash FROM body_request WHERE " + THE_REQUEST,
                row -> row.getBytes(1),
                parameters(request));
    }

    /** What names the request, and what else there is. */
    private static Object[] parameters(PutBodyRequest request, Object... more) {
        Stream<Object> named = Stream.of(
                Slot.of(request.getApp(), request.getUser()),
                request.getApp(),
                Sql.bytes(request.getUser()),
                Sql.bytes(request.getKey()),
                Sql.bytes(request.getRequestId()));
        return Stream.concat(named, Stream.of(more)).toArray();
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
}
