package io.hawser.saver.broadcast;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slices that a center holds, as they are told to it: each with its share of the pace. None of them is larger than its
 * names, so that all of them fit into one reply.
 */
final class HeldSlices {
    /** What a slice weighs of which nothing was reported: as others on average, or as all others. */
    private static final long UNKNOWN = -1;

    private final Connection connection;
    private final LeaseSlicesRequest request;
    private final long nowMs;

    HeldSlices(Connection connection, LeaseSlicesRequest request, long nowMs) {
        this.connection = connection;
        this.request = request;
        this.nowMs = nowMs;
    }

    List<Slice> read() throws SQLException {
        List<Slice.Builder> held = held();
        if (held.isEmpty()) {
            return List.of();
        }
        Map<Long, Long> shares = shares(held);
        return held.stream()
                .map(slice -> slice.setMembersPerSecond((int) (long) shares.getOrDefault(slice.getSlice(), 0L))
                        .build())
                .toList();
    }

    private List<Slice.Builder> held() throws SQLException {
        return Sql.list(
                connection,
                "SELECT s.slice, s.fence, s.task, s.room, s.room_incarnation, s.part, s.done_users, s.failed, s.last_error, t.app, t.bseq,"
                        + " t.state, t.urgent, t.expires_ms, t.request_id FROM broadcast_slice s"
                        + " JOIN broadcast_task t ON t.task = s.task"
                        + " WHERE s.center = ? AND s.center_incarnation = ? AND" + Leases.WORKED_ON
                        + " ORDER BY t.urgent DESC, s.slice LIMIT ?",
                HeldSlices::slice,
                Sql.bytes(request.getCenter()),
                request.getCenterIncarnation(),
                Leases.MAX_SLICES);
    }

    private static Slice.Builder slice(ResultSet row) throws SQLException {
        long bseq = row.getLong("bseq");
        return Slice.newBuilder()
                .setSlice(row.getLong("slice"))
                .setFence(row.getLong("fence"))
                .setTask(row.getLong("task"))
                .setApp(row.getString("app"))
                .setStateValue(row.getInt("state"))
                .setUrgent(row.getBoolean("urgent"))
                .setBseq(bseq)
                .setRoom(Sql.text(row, "room"))
                .setRoomIncarnation(row.getLong("room_incarnation"))
                .setList(bseq == 0)
                .setPart(row.getInt("part"))
                .setDoneUsers(row.getInt("done_users"))
                .setFailed(row.getInt("failed"))
                .setLastError(row.getInt("last_error"))
                .setExpiresMs(row.getLong("expires_ms"))
                .setRequestId(Sql.text(row, "request_id"));
    }

    /** By slice; those without limit are left out. */
    private Map<Long, Long> shares(List<Slice.Builder> held) throws SQLException {
        Map<Long, Long> paces = paces(held);
        Map<Long, Long> shares = new HashMap<>();
        Map<Long, List<PaceShares.Weighed>> working = working(paces.keySet());
        for (Map.Entry<Long, List<PaceShares.Weighed>> task : working.entrySet()) {
            shares.putAll(PaceShares.ofSlices(task.getValue(), paces.getOrDefault(task.getKey(), 1L)));
        }
        return shares;
    }

    /** Paces of the apps' tasks that run and have one, whether this center works on them or not. */
    private Map<Long, Long> paces(List<Slice.Builder> held) throws SQLException {
        Set<String> apps = new HashSet<>();
        held.forEach(slice -> apps.add(slice.getApp()));
        List<@Nullable Object> parameters = new ArrayList<>(apps);
        parameters.add(TaskState.TASK_RUNNING_VALUE);
        Map<String, List<PaceShares.Wanting>> wanting = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT app, task, urgent, members_per_second FROM broadcast_task WHERE app IN "
                                + Sql.in(apps.size()) + " AND state = ? AND members_per_second > 0",
                        row -> Map.entry(
                                row.getString("app"),
                                new PaceShares.Wanting(
                                        row.getLong("task"),
                                        row.getBoolean("urgent"),
                                        row.getLong("members_per_second"))),
                        parameters.toArray())
                .forEach(entry -> wanting.computeIfAbsent(entry.getKey(), app -> new ArrayList<>())
                        .add(entry.getValue()));
        Map<String, Long> limits = limits(wanting.keySet());
        Map<Long, Long> paces = new HashMap<>();
        wanting.forEach((app, tasks) -> paces.putAll(PaceShares.ofTasks(tasks, limits.getOrDefault(app, 0L))));
        return paces;
    }

    /** An app's own limit, or that of the cluster. */
    private Map<String, Long> limits(Collection<String> apps) throws SQLException {
        Map<String, Long> limits = new HashMap<>();
        long usual = Integer.toUnsignedLong(request.getAppMembersPerSecond());
        apps.forEach(app -> limits.put(app, usual));
        if (!apps.isEmpty()) {
            Sql.list(
                            connection,
                            "SELECT id, content FROM app WHERE id IN " + Sql.in(apps.size()),
                            row -> Map.entry(Sql.text(row, "id"), ownLimit(row)),
                            apps.stream().map(Sql::bytes).toArray())
                    .forEach(own -> limits.computeIfPresent(
                            own.getKey(), (app, limit) -> own.getValue() == 0 ? limit : own.getValue()));
        }
        return limits;
    }

    private static long ownLimit(ResultSet row) throws SQLException {
        try {
            return Integer.toUnsignedLong(App.parseFrom(row.getBytes("content")).getMaxBroadcastMembersPerSecond());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an app of the directory cannot be read", e);
        }
    }

    /** The slices of some tasks that somebody works on. */
    private Map<Long, List<PaceShares.Weighed>> working(Set<Long> tasks) throws SQLException {
        Map<Long, List<PaceShares.Weighed>> working = new HashMap<>();
        if (tasks.isEmpty()) {
            return working;
        }
        List<@Nullable Object> parameters = new ArrayList<>(tasks);
        parameters.add(nowMs);
        Sql.list(
                        connection,
                        "SELECT task, slice, IF(targeted < 0, " + UNKNOWN + ", GREATEST(remaining, 1)) AS weight"
                                + " FROM broadcast_slice WHERE task IN " + Sql.in(tasks.size())
                                + " AND lease_until_ms > ? AND" + Leases.WORKED_ON + " ORDER BY slice",
                        row -> Map.entry(
                                row.getLong("task"),
                                new PaceShares.Weighed(row.getLong("slice"), row.getLong("weight"))),
                        parameters.toArray())
                .forEach(entry -> working.computeIfAbsent(entry.getKey(), task -> new ArrayList<>())
                        .add(entry.getValue()));
        working.replaceAll((task, slices) -> withEstimates(slices));
        return working;
    }

    private static List<PaceShares.Weighed> withEstimates(List<PaceShares.Weighed> slices) {
        double average = slices.stream()
                .mapToLong(PaceShares.Weighed::weight)
                .filter(weight -> weight != UNKNOWN)
                .average()
                .orElse(1);
        return slices.stream()
                .map(slice -> slice.weight() == UNKNOWN
                        ? new PaceShares.Weighed(slice.slice(), Math.max(1, Math.round(average)))
                        : slice)
                .toList();
    }
}
