package io.hawser.saver.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.EntryState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads entries of a log, each as its task is. */
final class Entries {
    private static final String SELECT =
            "SELECT e.bseq, e.task, e.content, t.audience, t.accepted_ms, t.expires_ms, t.state, t.urgent,"
                    + " t.members_per_second FROM broadcast_entry e JOIN broadcast_task t ON t.task = e.task"
                    + " WHERE e.app = ? AND e.bseq > ? AND e.bseq <= ? ORDER BY e.bseq LIMIT ?";

    /** Entries are large: so many are in memory that no reply has room for. */
    static final int PORTION = 64;

    private Entries() {}

    /** Entries in (after, to], in order: the first {@code most} of them, or as many as any reply could hold. */
    static List<BroadcastEntry> read(Connection connection, String app, long after, long to, int most)
            throws SQLException {
        List<BroadcastEntry> entries = new ArrayList<>();
        long last = after;
        long bytes = 0;
        while (last < to && entries.size() < most && bytes < Budget.MAX_BYTES) {
            List<BroadcastEntry> next = Sql.list(
                    connection, SELECT, Entries::read, app, last, to, Math.min(PORTION, most - entries.size()));
            if (next.isEmpty()) {
                return entries;
            }
            entries.addAll(next);
            bytes += next.stream().mapToLong(BroadcastEntry::getSerializedSize).sum();
            last = next.getLast().getBseq();
        }
        return entries;
    }

    /** The states of these entries. */
    static List<EntryState> states(Connection connection, String app, Collection<Long> bseqs) throws SQLException {
        if (bseqs.isEmpty()) {
            return List.of();
        }
        List<@Nullable Object> parameters = new ArrayList<>(bseqs);
        parameters.addFirst(app);
        return Sql.list(
                connection,
                "SELECT bseq, state FROM broadcast_task WHERE app = ? AND bseq IN " + Sql.in(bseqs.size()),
                Entries::state,
                parameters.toArray());
    }

    /** The states of all entries in (after, to]. */
    static List<EntryState> states(Connection connection, String app, long after, long to) throws SQLException {
        return Sql.list(
                connection,
                "SELECT bseq, state FROM broadcast_task WHERE app = ? AND bseq > ? AND bseq <= ? ORDER BY bseq",
                Entries::state,
                app,
                after,
                to);
    }

    private static EntryState state(ResultSet row) throws SQLException {
        return EntryState.newBuilder()
                .setBseq(row.getLong("bseq"))
                .setStateValue(row.getInt("state"))
                .build();
    }

    private static BroadcastEntry read(ResultSet row) throws SQLException {
        return BroadcastEntry.newBuilder()
                .setBseq(row.getLong("bseq"))
                .setTask(row.getLong("task"))
                .addAllGroups(Audience.read(row))
                .setContent(ByteString.copyFrom(row.getBytes("content")))
                .setAcceptedMs(row.getLong("accepted_ms"))
                .setExpiresMs(row.getLong("expires_ms"))
                .setStateValue(row.getInt("state"))
                .setUrgent(row.getBoolean("urgent"))
                .setPaced(row.getLong("members_per_second") > 0)
                .build();
    }
}
