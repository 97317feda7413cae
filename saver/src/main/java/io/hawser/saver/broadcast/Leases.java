package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
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

    private static final String OF_ROOMS =
            " broadcast_slice s JOIN broadcast_task t ON t.task = s.task" + " WHERE t.bseq IS NOT NULL AND" + LEASABLE;

    /**
     * Parts of lists that are not over, each with its place in the list: those that are leased come first, so that one is
     * free to be taken where its place is among those of parts that are worked on at once.
     */
    private final String placedParts;

    private final Clock clock;
    private final BroadcastMeters meters;

    Leases(BroadcastSettings settings, Clock clock, BroadcastMeters meters) {
        this.placedParts = " (SELECT s.slice, t.urgent, s.lease_until_ms, ROW_NUMBER() OVER"
                + " (PARTITION BY s.task ORDER BY s.lease_until_ms > ? DESC, s.slice) AS place"
                + ", " + places(settings.partsAtOnce()) + " AS places"
                + " FROM broadcast_slice s JOIN broadcast_task t ON t.task = s.task"
                + " WHERE t.bseq IS NULL AND s.finished = FALSE AND" + LEASABLE + ") placed WHERE place <= places";
        this.clock = clock;
        this.meters = meters;
    }

    /** No more parts than users a second: each part has a pace of at least 1. */
    private static String places(int partsAtOnce) {
        return "IF(t.members_per_second = 0, " + partsAtOnce + ", LEAST(" + partsAtOnce + ", t.members_per_second))";
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
        int more = fairShare(connection, request, nowMs, leaseMs) - held(connection, request);
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
    private int fairShare(Connection connection, LeaseSlicesRequest request, long nowMs, long leaseMs)
            throws SQLException {
        long rooms = count(connection, "SELECT COUNT(*) AS n FROM" + OF_ROOMS);
        long parts = count(connection, "SELECT COUNT(*) AS n FROM" + placedParts, nowMs);
        long centers = count(
                connection,
                "SELECT COUNT(*) AS n FROM broadcast_center WHERE seen_ms > ?",
                nowMs - GONE_AFTER_LEASES * leaseMs);
        long share = Math.ceilDiv(rooms + parts, Math.max(centers, 1));
        return (int) Math.min(share, wanted(request));
    }

    private static int wanted(LeaseSlicesRequest request) {
        return Checks.wanted(request.getMaxSlices(), MAX_SLICES, MAX_SLICES);
    }

    private static long count(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        return Sql.list(connection, sql, row -> row.getLong("n"), parameters).getFirst();
    }

    private void take(Connection connection, LeaseSlicesRequest request, long nowMs, long leaseMs, int more)
            throws SQLException {
        List<@Nullable Object[]> wanted = free(connection, request, nowMs, more).stream()
                .map(slice -> new @Nullable Object[] {
                    Sql.bytes(request.getCenter()), request.getCenterIncarnation(), nowMs + leaseMs, slice, nowMs
                })
                .collect(Collectors.toCollection(ArrayList::new));
        // Seen free without a lock; whoever comes first with this has it, in the order of the slices' numbers.
        wanted.sort((a, b) -> Long.compare((Long) a[3], (Long) b[3]));
        Sql.batch(
                connection,
                "UPDATE broadcast_slice SET center = ?, center_incarnation = ?, fence = fence + 1, lease_until_ms = ?"
                        + " WHERE slice = ? AND lease_until_ms <= ? AND" + WORKED_ON,
                wanted);
        meters.leased.increment(wanted.size());
    }

    private record Free(long slice, boolean urgent) {}

    /**
     * Urgent ones first. Parts of lists, which may go on for days, get no more than half of what a center holds: rooms'
     * slices of all apps have a place beside them.
     */
    private List<Long> free(Connection connection, LeaseSlicesRequest request, long nowMs, int more)
            throws SQLException {
        int places = Math.ceilDiv(wanted(request), 2) - heldParts(connection, request);
        List<Free> free = new ArrayList<>(freeOfRooms(connection, nowMs, more));
        free.addAll(freeParts(connection, nowMs, Math.clamp(places, 0, more)));
        free.sort(Comparator.comparing(Free::urgent).reversed());
        return free.stream().limit(more).map(Free::slice).toList();
    }

    private static int heldParts(Connection connection, LeaseSlicesRequest request) throws SQLException {
        return (int) count(
                connection,
                "SELECT COUNT(*) AS n FROM broadcast_slice"
                        + " WHERE center = ? AND center_incarnation = ? AND finished = FALSE AND room = ''",
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation());
    }

    private static List<Free> freeOfRooms(Connection connection, long nowMs, int atMost) throws SQLException {
        return Sql.list(
                connection,
                "SELECT s.slice, t.urgent FROM" + OF_ROOMS + " AND s.lease_until_ms <= ?"
                        + " ORDER BY t.urgent DESC, s.slice LIMIT ?",
                Leases::free,
                nowMs,
                atMost);
    }

    /** Each list's next one before any list's second next. */
    private List<Free> freeParts(Connection connection, long nowMs, int atMost) throws SQLException {
        return Sql.list(
                connection,
                "SELECT slice, urgent FROM" + placedParts + " AND lease_until_ms <= ?"
                        + " ORDER BY urgent DESC, place, slice LIMIT ?",
                Leases::free,
                nowMs,
                nowMs,
                atMost);
    }

    private static Free free(ResultSet row) throws SQLException {
        return new Free(row.getLong("slice"), row.getBoolean("urgent"));
    }
}
