package io.hawser.saver.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Requests that are remembered, so that a repeat gets the task of the first. Read and written under the apps' locks. */
final class Requests {
    /** A request's name. */
    record Key(String app, String id) {}

    /** What was remembered of one. */
    record Made(long task, ByteString bodyHash) {
        /** @throws HawserException IDEMPOTENCY_CONFLICT where the repeat has another body */
        void check(Key key, ByteString hash) {
            if (!hash.equals(bodyHash)) {
                throw HawserException.refusal(
                        ErrorCode.IDEMPOTENCY_CONFLICT,
                        "request_id: " + key.id + " was used with another body (expected: the same, or a new id)");
            }
        }
    }

    private Requests() {}

    static Map<Key, Made> find(Connection connection, Collection<Key> keys) throws SQLException {
        TreeMap<String, Set<String>> idsByApp = new TreeMap<>();
        keys.forEach(
                key -> idsByApp.computeIfAbsent(key.app, app -> new TreeSet<>()).add(key.id));
        List<String> selects = new ArrayList<>();
        List<@Nullable Object> parameters = new ArrayList<>();
        idsByApp.forEach((app, ids) -> {
            selects.add("SELECT app, request_id, task, body_hash FROM broadcast_request WHERE app = ?"
                    + " AND request_id IN " + Sql.in(ids.size()));
            parameters.add(app);
            ids.forEach(id -> parameters.add(Sql.bytes(id)));
        });
        Map<Key, Made> found = new HashMap<>();
        Sql.list(connection, String.join(" UNION ALL ", selects), Requests::read, parameters.toArray())
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    static void remember(Connection connection, Map<Key, Made> made, long nowMs) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        made.forEach((key, request) -> rows.add(
                new @Nullable Object[] {key.app, Sql.bytes(key.id), request.bodyHash.toByteArray(), request.task, nowMs
                }));
        Sql.batch(
                connection,
                "INSERT INTO broadcast_request (app, request_id, body_hash, task, accepted_ms) VALUES (?, ?, ?, ?, ?)",
                rows);
    }

    static void forget(Connection connection, Key key) throws SQLException {
        Sql.update(
                connection,
                "DELETE FROM broadcast_request WHERE app = ? AND request_id = ?",
                key.app,
                Sql.bytes(key.id));
    }

    private static Map.Entry<Key, Made> read(ResultSet row) throws SQLException {
        return Map.entry(
                new Key(row.getString("app"), Sql.text(row, "request_id")),
                new Made(row.getLong("task"), ByteString.copyFrom(row.getBytes("body_hash"))));
    }
}
