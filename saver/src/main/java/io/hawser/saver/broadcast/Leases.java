package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slices' leases: a center keeps what it holds by asking again, and gets of what is free as many as make its share among
 * the centers that asked lately. Who holds a slice is decided by its row: taking it counts its fence up, and a report
 * under an older fence is not heard.
 *
 * <p>Leases end by the savers' clocks. Where those differ, two centers may believe for that long that they hold a slice:
 * pace is then granted twice, and the fence still tells whose reports count.
 */
final class Leases {
    private static final int LEASE_MILLIS = 5_000;
    private static final int MAX_LEASE_MILLIS = 60_000;
    static final int MAX_SLICES = 1_000;
    /** A center that has not asked for so many leases' time is gone. */
    private static final int GONE_AFTER_LEASES = 2;

    /**
     * A part of a list that is finished is over. A room that is finished is worked on as long as its task: members that
     * come to it meanwhile want pace, too.
     */
    static final String WORKED_ON = " (finished = FALSE OR room <> '')";

    private static final String LEASABLE =
            " t.state IN (" + TaskState.TASK_RUNNING_VALUE + ", " + TaskState.TASK_PAUSED_VALUE + ")";

    private final BroadcastSettings settings;
    private final Clock clock;
    private final BroadcastMeters meters;

    Leases(BroadcastSettings settings, Clock clock, BroadcastMeters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
    }

    LeaseSlicesReply lease(Connection connection, LeaseSlicesRequest request) throws SQLException {
        if (request.getMaxSlices() == 0) {
            giveUp(connection, request);
            return LeaseSlicesReply.getDefaultInstance();
        }
        long nowMs = clock.millis();
        long leaseMs = Checks.wanted(request.getLeaseMs(), LEASE_MILLIS, MAX_LEASE_MILLIS);
        seen(connection, request, nowMs);
        renew(connection, request, nowMs + leaseMs);
        int more = fairShare(connection, request, nowMs - GONE_AFTER_LEASES * leaseMs) - held(connection, request);
        if (more > 0) {
            take(connection, request, nowMs, leaseMs, more);
        }
        return LeaseSlicesReply.newBuilder()
                .addAllSlices(new HeldSlices(connection, request, nowMs).read())
                .build();
    }

    /** A center that leaves: others need not wait for its leases to end. */
    private static void giveUp(Connection connection, LeaseSlicesRequest request) throws SQLException {
        Sql.update(
                connection,
                "UPDATE broadcast_slice SET lease_until_ms = 0, center = '', center_incarnation = 0, fence = fence + 1"
                        + " WHERE center = ? AND center_incarnation = ?",
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation());
        Sql.update(connection, "DELETE FROM broadcast_center WHERE center = ?", Sql.bytes(request.getCenter()));
    }

    private static void seen(Connection connection, LeaseSlicesRequest request, long nowMs) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO broadcast_center (center, incarnation, seen_ms) VALUES (?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE incarnation = VALUES(incarnation), seen_ms = VALUES(seen_ms)",
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation(),
                nowMs);
    }

    private static void renew(Connection connection, LeaseSlicesRequest request, long untilMs) throws SQLException {
        Sql.update(
                connection,
                "UPDATE broadcast_slice SET lease_until_ms = ?" + " WHERE center = ? AND center_incarnation = ? AND"
                        + WORKED_ON,
                untilMs,
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation());
    }

    private static int held(Connection connection, LeaseSlicesRequest request) throws SQLException {
        return (int) count(
                connection,
                "SELECT COUNT(*) AS n FROM broadcast_slice" + " WHERE center = ? AND center_incarnation = ? AND"
                        + WORKED_ON,
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation());
    }

    /** Of all slices that may be held, so many to each center that asks, but no more than this one wants. */
    private static int fairShare(Connection connection, LeaseSlicesRequest request, long seenSinceMs)
            throws SQLException {
        long slices = count(
                connection,
                "SELECT COUNT(*) AS n FROM broadcast_slice s JOIN broadcast_task t ON t.task = s.task" + " WHERE"
                        + WORKED_ON + " AND" + LEASABLE);
        long centers = count(connection, "SELECT COUNT(*) AS n FROM broadcast_center WHERE seen_ms > ?", seenSinceMs);
        long share = Math.ceilDiv(slices, Math.max(centers, 1));
        return (int) Math.min(share, Checks.wanted(request.getMaxSlices(), MAX_SLICES, MAX_SLICES));
    }

    private static long count(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        return Sql.list(connection, sql, row -> row.getLong("n"), parameters).getFirst();
    }

    private void take(Connection connection, LeaseSlicesRequest request, long nowMs, long leaseMs, int more)
            throws SQLException {
        List<Free> free = Sql.list(
                connection,
                "SELECT s.slice, s.task, t.bseq IS NULL AS list FROM broadcast_slice s"
                        + " JOIN broadcast_task t ON t.task = s.task"
                        + " WHERE" + WORKED_ON + " AND s.lease_until_ms <= ? AND" + LEASABLE
                        + " ORDER BY t.urgent DESC, s.slice LIMIT ?",
                row -> new Free(row.getLong("slice"), row.getLong("task"), row.getBoolean("list")),
                nowMs,
                MAX_SLICES);
        Map<Long, Integer> places = placesOfLists(connection, free, nowMs);
        List<@Nullable Object[]> wanted = new ArrayList<>();
        for (Free slice : free) {
            if (wanted.size() < more && (!slice.list || places.merge(slice.task, -1, Integer::sum) >= 0)) {
                wanted.add(new @Nullable Object[] {
                    Sql.bytes(request.getCenter()), request.getCenterIncarnation(), nowMs + leaseMs, slice.slice, nowMs
                });
            }
        }
        // Seen free without a lock; whoever comes first with this has it, in the order of the slices' numbers.
        wanted.sort((a, b) -> Long.compare((Long) a[3], (Long) b[3]));
        Sql.batch(
                connection,
                "UPDATE broadcast_slice SET center = ?, center_incarnation = ?, fence = fence + 1, lease_until_ms = ?"
                        + " WHERE slice = ? AND lease_until_ms <= ? AND" + WORKED_ON,
                wanted);
        meters.leased.increment(wanted.size());
    }

    private record Free(long slice, long task, boolean list) {}

    /** How many more parts of each list may be worked on now. */
    private Map<Long, Integer> placesOfLists(Connection connection, List<Free> free, long nowMs) throws SQLException {
        Map<Long, Integer> places = new HashMap<>();
        free.stream().filter(Free::list).forEach(slice -> places.put(slice.task, settings.partsAtOnce()));
        if (!places.isEmpty()) {
            List<@Nullable Object> parameters = new ArrayList<>(places.keySet());
            parameters.add(nowMs);
            Sql.list(
                            connection,
                            "SELECT task, COUNT(*) AS held FROM broadcast_slice WHERE task IN "
                                    + Sql.in(places.size())
                                    + " AND finished = FALSE AND lease_until_ms > ? GROUP BY task",
                            row -> Map.entry(row.getLong("task"), row.getInt("held")),
                            parameters.toArray())
                    .forEach(entry -> places.merge(entry.getKey(), -entry.getValue(), Integer::sum));
        }
        return places;
    }
}
