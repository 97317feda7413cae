package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.broadcast.SliceTurns.Turn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Slices' leases: a center keeps what it holds by asking again, as long as it has its turn ({@link SliceTurns}), and gets
 * of what is free as many as make its share among the centers that asked lately. Who holds a slice is decided by its row:
 * taking it counts its fence up, and a report under an older fence is not heard.
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
     * A part of a list that is finished is over. A room that is finished may be worked on as long as its task: members
     * that come to it meanwhile want pace, too.
     */
    static final String WORKED_ON = " (finished = FALSE OR room <> '')";

    private static final String HOLDER = " center = ? AND center_incarnation = ?";
    private static final String NOBODY = " lease_until_ms = 0, center = '', center_incarnation = 0, fence = fence + 1";

    private final SliceTurns turns;
    private final Clock clock;
    private final BroadcastMeters meters;

    Leases(BroadcastSettings settings, Clock clock, BroadcastMeters meters) {
        this.turns = new SliceTurns(settings.partsAtOnce());
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
        long centers = centers(connection, nowMs, leaseMs);
        List<Turn> turns = this.turns.next(connection, nowMs, centers * wanted(request));
        Set<Long> kept = keep(connection, request, turns, nowMs + leaseMs);
        int more = fairShare(turns, centers, request) - kept.size();
        take(connection, request, nowMs, leaseMs, free(turns, kept, nowMs, more));
        return LeaseSlicesReply.newBuilder()
                .addAllSlices(new HeldSlices(connection, request, nowMs).read())
                .build();
    }

    /** A center that leaves: others need not wait for its leases to end. */
    private static void giveUp(Connection connection, LeaseSlicesRequest request) throws SQLException {
        Sql.update(
                connection,
                "UPDATE broadcast_slice SET" + NOBODY + " WHERE" + HOLDER,
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

    /** Gives up what has its turn no more, and prolongs the rest, which is returned. */
    private static Set<Long> keep(Connection connection, LeaseSlicesRequest request, List<Turn> turns, long untilMs)
            throws SQLException {
        byte[] center = Sql.bytes(request.getCenter());
        Set<Long> held = held(connection, request);
        Set<Long> ended = new TreeSet<>(held);
        turns.forEach(turn -> ended.remove(turn.slice()));
        Sql.batch(
                connection,
                "UPDATE broadcast_slice SET" + NOBODY + " WHERE slice = ? AND" + HOLDER,
                ended.stream()
                        .map(slice -> new @Nullable Object[] {slice, center, request.getCenterIncarnation()})
                        .toList());
        Sql.update(
                connection,
                "UPDATE broadcast_slice SET lease_until_ms = ? WHERE" + HOLDER,
                untilMs,
                center,
                request.getCenterIncarnation());
        held.removeAll(ended);
        return held;
    }

    private static Set<Long> held(Connection connection, LeaseSlicesRequest request) throws SQLException {
        return new HashSet<>(Sql.list(
                connection,
                "SELECT slice FROM broadcast_slice WHERE" + HOLDER,
                row -> row.getLong("slice"),
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation()));
    }

    private static long centers(Connection connection, long nowMs, long leaseMs) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT COUNT(*) AS n FROM broadcast_center WHERE seen_ms > ?",
                        row -> row.getLong("n"),
                        nowMs - GONE_AFTER_LEASES * leaseMs)
                .getFirst();
    }

    /** Of all slices that have their turn, so many to each center that asks, but no more than this one wants. */
    private static int fairShare(List<Turn> turns, long centers, LeaseSlicesRequest request) {
        return (int) Math.min(Math.ceilDiv(turns.size(), centers), wanted(request));
    }

    private static int wanted(LeaseSlicesRequest request) {
        return Checks.wanted(request.getMaxSlices(), MAX_SLICES, MAX_SLICES);
    }

    /** Seen free without a lock; whoever comes first has it. In the order of their numbers, in which all lock them. */
    private static List<Long> free(List<Turn> turns, Set<Long> kept, long nowMs, int atMost) {
        return turns.stream()
                .filter(turn -> turn.leaseUntilMs() <= nowMs && !kept.contains(turn.slice()))
                .limit(Math.max(atMost, 0))
                .map(Turn::slice)
                .sorted()
                .toList();
    }

    private void take(Connection connection, LeaseSlicesRequest request, long nowMs, long leaseMs, List<Long> free)
            throws SQLException {
        List<@Nullable Object[]> wanted = new ArrayList<>();
        for (long slice : free) {
            wanted.add(new @Nullable Object[] {
                Sql.bytes(request.getCenter()), request.getCenterIncarnation(), nowMs + leaseMs, slice, nowMs
            });
        }
        Sql.batch(
                connection,
                "UPDATE broadcast_slice SET center = ?, center_incarnation = ?, fence = fence + 1, lease_until_ms = ?"
                        + " WHERE slice = ? AND lease_until_ms <= ? AND" + WORKED_ON,
                wanted);
        meters.leased.increment(wanted.size());
    }
}
