package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastProgress;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What rooms have written of entries, as totals of their lives: the larger number is the later one. */
final class Progress implements BatchWork<ReportProgressRequest, ReportProgressReply> {
    private static final Comparator<Key> IN_ORDER = Comparator.comparing(Key::app)
            .thenComparingLong(Key::bseq)
            .thenComparing(Key::room)
            .thenComparingLong(Key::incarnation);

    private final Clock clock;

    Progress(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void serve(Connection connection, List<Asked<ReportProgressRequest, ReportProgressReply>> batch)
            throws SQLException {
        TreeMap<Key, BroadcastProgress> latest = new TreeMap<>(IN_ORDER);
        for (Asked<ReportProgressRequest, ReportProgressReply> asked : batch) {
            ReportProgressRequest request = asked.request();
            for (BroadcastProgress item : request.getItemsList()) {
                Key key = new Key(item.getApp(), item.getBseq(), request.getRoom(), request.getRoomIncarnation());
                latest.put(key, item);
            }
            asked.answer(ReportProgressReply.getDefaultInstance());
        }
        write(connection, latest);
    }

    private record Key(String app, long bseq, String room, long incarnation) {}

    private void write(Connection connection, Map<Key, BroadcastProgress> latest) throws SQLException {
        long nowMs = clock.millis();
        Map<String, Long> trimmed = trimmed(connection, latest);
        List<@Nullable Object[]> rows = latest.entrySet().stream()
                .filter(entry -> entry.getKey().bseq > trimmed.getOrDefault(entry.getKey().app, 0L))
                .map(entry -> row(entry.getKey(), entry.getValue(), nowMs))
                .toList();
        Sql.batch(
                connection,
                "INSERT INTO broadcast_progress"
                        + " (app, bseq, room, room_incarnation, targeted, sent, acknowledged, at_ms)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
                        + " targeted = GREATEST(targeted, VALUES(targeted)), sent = GREATEST(sent, VALUES(sent)),"
                        + " acknowledged = GREATEST(acknowledged, VALUES(acknowledged)), at_ms = VALUES(at_ms)",
                rows);
    }

    /**
     * What is kept of an entry that was trimmed stands with its task: totals that come after that would count a second
     * time. The apps' rows are locked, as none may be trimmed until the totals are written.
     */
    private static Map<String, Long> trimmed(Connection connection, Map<Key, BroadcastProgress> latest)
            throws SQLException {
        Map<String, Long> trimmed = new HashMap<>();
        Set<String> apps = latest.keySet().stream().map(Key::app).collect(Collectors.toCollection(TreeSet::new));
        if (!apps.isEmpty()) {
            Sql.list(
                            connection,
                            "SELECT app, trimmed_to FROM broadcast_app WHERE app IN " + Sql.in(apps.size())
                                    + " ORDER BY app LOCK IN SHARE MODE",
                            row -> Map.entry(row.getString("app"), row.getLong("trimmed_to")),
                            apps.toArray())
                    .forEach(app -> trimmed.put(app.getKey(), app.getValue()));
        }
        return trimmed;
    }

    private static @Nullable Object[] row(Key key, BroadcastProgress item, long nowMs) {
        return new @Nullable Object[] {
            key.app,
            key.bseq,
            Sql.bytes(key.room),
            key.incarnation,
            item.getTargeted(),
            item.getSent(),
            item.getAcknowledged(),
            nowMs
        };
    }
}
