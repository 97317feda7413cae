package io.hawser.saver.body;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.PutBodyReply;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.erase.UserData;
import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps the bodies of NOTIFY messages until they expire, and gives them out in parts. */
public final class BodyStore implements UserData, AutoCloseable {
    /** Largest body: what the API takes. */
    static final int MAX_BODY_BYTES = 1 << 20;

    /** In this order: the columns are assigned from left to right, and the comparison is with what was there. */
    private static final String REPLACING =
            "version = IF(content = VALUES(content) AND text = VALUES(text), version, VALUES(version)),"
                    + " text = VALUES(text), expires_ms = GREATEST(expires_ms, VALUES(expires_ms)),"
                    + " content = VALUES(content)";
    /** The request's own, or one that came later. */
    private static final String KEEPING = "expires_ms = GREATEST(expires_ms, VALUES(expires_ms))";

    private static final Outdated BODIES = Outdated.by("body", "expires_ms").large();
    private static final Outdated REQUESTS = Outdated.by("body_request", "stored_ms");

    private static final int MAX_KEY_BYTES = 64;
    private static final int DEFAULT_PART_BYTES = 32 << 10;
    private static final int MAX_PART_BYTES = 256 << 10;

    private final StoreCalls puts;
    private final StoreCalls reads;
    private final BodyRequests requests;
    private final Clock clock;
    private final LongSupplier versions;

    /** Bodies that have expired, and requests that may be used anew. */
    public static List<Lifetime> lifetimes(Duration requestLifetime) {
        return List.of(Lifetime.until(BODIES), new Lifetime(REQUESTS, requestLifetime));
    }

    /** @param requestLifetime how long it is remembered which body a request stored */
    public BodyStore(
            DataSource database, Duration requestLifetime, BatchSettings bounds, Clock clock, MeterRegistry meters) {
        this.puts = new StoreCalls("bodies.put", bounds, database, meters);
        this.reads = new StoreCalls("bodies.read", bounds, database, meters);
        this.requests = new BodyRequests(requestLifetime, clock);
        this.clock = clock;
        this.versions = () -> ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(BodyStoreGrpc.getPutBodyMethod(), (request, caller) -> put(request));
        server.handle(BodyStoreGrpc.getReadBodyMethod(), (request, caller) -> read(request));
    }

    @Override
    public void close() {
        puts.close();
        reads.close();
    }

    /**
     * Stores a body, in place of any other under its key. The same body keeps the version; a repeat of a request that
     * names itself leaves a body that has taken the place of its own meanwhile. Fails with IDEMPOTENCY_CONFLICT where the
     * request has stored another body, and then nothing is changed.
     */
    CompletableFuture<PutBodyReply> put(PutBodyRequest request) {
        check(request.getApp(), request.getUser(), request.getKey());
        int bytes = request.getBody().size();
        require(
                bytes >= 1 && bytes <= MAX_BODY_BYTES,
                "body: " + bytes + " bytes (expected: 1 to " + MAX_BODY_BYTES + ")");
        String requestId = request.getRequestId();
        require(
                utf8(requestId).length <= MAX_KEY_BYTES,
                "request_id: " + utf8(requestId).length + " bytes (expected: at most " + MAX_KEY_BYTES + ")");
        return puts.run(request.getApp(), connection -> {
            if (requestId.isEmpty() || requests.isNew(connection, request)) {
                put(connection, request, REPLACING);
            } else {
                put(connection, request, KEEPING);
            }
            return PutBodyReply.getDefaultInstance();
        });
    }

    CompletableFuture<ReadBodyReply> read(ReadBodyRequest request) {
        check(request.getApp(), request.getUser(), request.getKey());
        require(request.getOffset() >= 0, "offset: over 2^63 (expected: one in the body)");
        int asked = request.getMaxBytes();
        require(asked >= 0, "max_bytes: over 2^31 (expected: 0 to " + MAX_PART_BYTES + ")");
        int most = asked == 0 ? DEFAULT_PART_BYTES : Math.min(asked, MAX_PART_BYTES);
        return reads.run(request.getApp(), connection -> read(connection, request, most));
    }

    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM body WHERE slot = ? AND app = ? AND user = ?")) {
            bindOwner(delete, app, user);
            return delete.executeUpdate() + BodyRequests.erase(connection, app, user);
        }
    }

    private void put(Connection connection, PutBodyRequest request, String wherePresent) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO body"
                + " (slot, app, user, body_key, version, text, expires_ms, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE " + wherePresent)) {
            bindOwner(insert, request.getApp(), request.getUser());
            insert.setBytes(4, utf8(request.getKey()));
            insert.setLong(5, versions.getAsLong());
            insert.setBoolean(6, request.getText());
            insert.setLong(7, request.getExpiresMs());
            insert.setBytes(8, request.getBody().toByteArray());
            insert.executeUpdate();
        }
    }

    private ReadBodyReply read(Connection connection, ReadBodyRequest request, int most) throws SQLException {
        ReadBodyReply own = read(connection, request, request.getUser(), most);
        ReadBodyReply found = own == null && !request.getUser().isEmpty() ? read(connection, request, "", most) : own;
        if (found == null) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND, "key: " + request.getKey() + " (expected: that of a body that is kept)");
        }
        return found;
    }

    private @Nullable ReadBodyReply read(Connection connection, ReadBodyRequest request, String user, int most)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT SUBSTRING(content, ?, ?), LENGTH(content),"
                + " text, version FROM body WHERE slot = ? AND app = ? AND user = ? AND body_key = ?"
                + " AND expires_ms > ?")) {
            select.setLong(1, Math.min(request.getOffset(), MAX_BODY_BYTES) + 1);
            select.setInt(2, most);
            select.setInt(3, Slot.of(request.getApp(), user));
            select.setString(4, request.getApp());
            select.setBytes(5, utf8(user));
            select.setBytes(6, utf8(request.getKey()));
            select.setLong(7, clock.millis());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? part(row) : null;
            }
        }
    }

    private static ReadBodyReply part(ResultSet row) throws SQLException {
        ByteString data = UnsafeByteOperations.unsafeWrap(row.getBytes(1));
        return ReadBodyReply.newBuilder()
                .setData(data)
                .setTotal(row.getLong(2))
                .setText(row.getBoolean(3))
                .setVersion(row.getLong(4))
                .build();
    }

    private static void bindOwner(PreparedStatement statement, String app, String user) throws SQLException {
        statement.setInt(1, Slot.of(app, user));
        statement.setString(2, app);
        statement.setBytes(3, utf8(user));
    }

    private static void check(String app, String user, String key) {
        var _ = new AppId(app);
        if (!user.isEmpty()) {
            var _ = new UserId(user);
        }
        int bytes = utf8(key).length;
        require(
                bytes >= 1 && bytes <= MAX_KEY_BYTES,
                "key: " + bytes + " bytes (expected: 1 to " + MAX_KEY_BYTES + ")");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
