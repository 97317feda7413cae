package io.hawser.saver.endpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.EndpointCursor;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Endpoints' cursors. One that is behind the stored one is late, from a room that the endpoint left: it is not kept. */
final class Cursors implements BatchWork<SaveCursorsRequest, SaveCursorsReply> {
    private final Clock clock;
    private final EndpointMeters meters;

    Cursors(Clock clock, EndpointMeters meters) {
        this.clock = clock;
        this.meters = meters;
    }

    /** In the order of the keys, as all who lock several must. */
    @Override
    public void serve(Connection connection, List<Asked<SaveCursorsRequest, SaveCursorsReply>> batch)
            throws SQLException {
        TreeMap<EndpointKey, StoredCursor> newest = new TreeMap<>();
        for (Asked<SaveCursorsRequest, SaveCursorsReply> asked : batch) {
            for (EndpointCursor saved : asked.request().getCursorsList()) {
                EndpointKey endpoint = new EndpointKey(saved.getApp(), saved.getUser(), saved.getDevice());
                newest.merge(endpoint, saved.getCursor(), Cursors::further);
            }
            asked.answer(SaveCursorsReply.getDefaultInstance());
        }
        long nowMs = clock.millis();
        List<@Nullable Object[]> rows = new ArrayList<>(newest.size());
        newest.forEach((endpoint, cursor) -> rows.add(new @Nullable Object[] {
            endpoint.app(),
            Sql.bytes(endpoint.user()),
            Sql.bytes(endpoint.device()),
            cursor.getLow(),
            cursor.toByteArray(),
            nowMs
        }));
        // The content first: it is compared with the number that stands there before.
        Sql.batch(
                connection,
                "INSERT INTO endpoint_cursor (app, user, device, low, content, saved_ms) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE content = IF(VALUES(low) >= low, VALUES(content), content),"
                        + " low = GREATEST(low, VALUES(low)), saved_ms = VALUES(saved_ms)",
                rows);
        meters.cursors.increment(rows.size());
    }

    static Map<EndpointKey, StoredCursor> read(Connection connection, Collection<EndpointKey> endpoints)
            throws SQLException {
        UserQuery query = UserQuery.of(endpoints);
        Map<EndpointKey, StoredCursor> cursors = new HashMap<>();
        Sql.list(
                        connection,
                        query.select("app, user, device, content", "endpoint_cursor"),
                        Cursors::read,
                        query.parameters())
                .forEach(entry -> cursors.put(entry.getKey(), entry.getValue()));
        return cursors;
    }

    private static StoredCursor further(StoredCursor earlier, StoredCursor later) {
        return later.getLow() >= earlier.getLow() ? later : earlier;
    }

    private static Map.Entry<EndpointKey, StoredCursor> read(ResultSet row) throws SQLException {
        try {
            return Map.entry(
                    new EndpointKey(row.getString("app"), Sql.text(row, "user"), Sql.text(row, "device")),
                    StoredCursor.parseFrom(row.getBytes("content")));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a cursor cannot be read", e);
        }
    }
}
