package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done for tasks as time goes by: those whose time is over expire, those that run get slices for rooms that
 * joined and lose those of rooms that left, and those whose slices are all finished (and settled) are done.
 *
 * <p>Apps that need it are found without a lock, and tended to under theirs, one transaction an app.
 */
final class Tending {
    private static final int MAX_APPS = 200;
    private static final String DUE = "((state IN " + TaskStep.UNFINISHED_STATES + " AND expires_ms <= ?)"
            + " OR (state = " + TaskState.TASK_DRAFT_VALUE + " AND accepted_ms <= ?))";
    private static final String STALE =
            "state = " + TaskState.TASK_RUNNING_VALUE + " AND bseq IS NOT NULL AND sliced_for <> ?";
    /** With a pace, the slices of rooms have to have settled, too. */
    private static final String COMPLETE = "state = " + TaskState.TASK_RUNNING_VALUE
            + " AND (bseq IS NULL OR sliced_for <> 0) AND NOT EXISTS (SELECT 1 FROM broadcast_slice"
            + " WHERE broadcast_slice.task = broadcast_task.task AND (finished = FALSE"
            + " OR (bseq IS NOT NULL AND members_per_second > 0 AND finished_ms > ?)))";

    private final BroadcastSettings settings;
    private final Clock clock;
    private final BroadcastMeters meters;

    Tending(BroadcastSettings settings, Clock clock, BroadcastMeters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
    }

    /** Apps with tasks that need tending to. */
    Set<String> appsInNeed(Connection connection, Rooms rooms) throws SQLException {
        Set<String> apps = new HashSet<>(apps(connection, DUE, clock.millis(), draftsSince()));
        apps.addAll(apps(connection, COMPLETE, settledSince()));
        if (rooms.isBelieved()) {
            apps.addAll(apps(connection, STALE, rooms.hash()));
        }
        return apps;
    }

    private static List<String> apps(Connection connection, String need, @Nullable Object... parameters)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT DISTINCT app FROM broadcast_task WHERE " + need + " LIMIT " + MAX_APPS,
                row -> row.getString("app"),
                parameters);
    }

    /** Does for an app what there is to do. */
    void tend(Connection connection, String app, Rooms rooms) throws SQLException {
        AppLog log = AppLog.lock(connection, app);
        TaskChanges changes = new TaskChanges(connection, log, clock.millis(), meters);
        takeAll(connection, log, changes, TaskStep.EXPIRE, DUE, clock.millis(), draftsSince());
        if (rooms.isBelieved()) {
            slice(connection, log, rooms);
        }
        takeAll(connection, log, changes, TaskStep.FINISH, COMPLETE, settledSince());
        if (rooms.isBelieved()) {
            // Those that the ends of others started.
            slice(connection, log, rooms);
        }
        log.save(connection);
    }

    private static void takeAll(
            Connection connection,
            AppLog log,
            TaskChanges changes,
            TaskStep step,
            String need,
            @Nullable Object... parameters)
            throws SQLException {
        for (BroadcastTask task : tasks(connection, log, need, parameters)) {
            // Read again: what became of an earlier one may have started it.
            BroadcastTask present = Tasks.row(connection, log.app(), task.getTask());
            changes.take(present, step);
        }
    }

    private static List<BroadcastTask> tasks(
            Connection connection, AppLog log, String need, @Nullable Object... parameters) throws SQLException {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(log.app());
        Collections.addAll(all, parameters);
        return Sql.list(
                connection,
                "SELECT * FROM broadcast_task WHERE app = ? AND " + need,
                row -> TaskRow.read(row).task(),
                all.toArray());
    }

    private void slice(Connection connection, AppLog log, Rooms rooms) throws SQLException {
        List<BroadcastTask> stale = tasks(connection, log, STALE, rooms.hash());
        List<@Nullable Object[]> joined = new ArrayList<>();
        List<@Nullable Object[]> gone = new ArrayList<>();
        List<@Nullable Object[]> unsettled = new ArrayList<>();
        List<@Nullable Object[]> sliced = new ArrayList<>();
        for (BroadcastTask task : stale) {
            Set<Rooms.Life> missing = new HashSet<>(rooms.lives());
            for (Sliced slice : slices(connection, task)) {
                if (!missing.remove(slice.life)) {
                    gone.add(new @Nullable Object[] {slice.slice});
                    unsettled.add(new @Nullable Object[] {clock.millis(), task.getTask()});
                }
            }
            missing.forEach(life ->
                    joined.add(new @Nullable Object[] {task.getTask(), Sql.bytes(life.room()), life.incarnation()}));
            sliced.add(new @Nullable Object[] {rooms.hash(), task.getTask()});
        }
        Sql.batch(
                connection,
                "INSERT INTO broadcast_slice (task, room, room_incarnation, part) VALUES (?, ?, ?, 0)",
                joined);
        Sql.batch(connection, "DELETE FROM broadcast_slice WHERE slice = ?", gone);
        // Members of a room that left are on their way to the others.
        Sql.batch(connection, "UPDATE broadcast_slice SET finished_ms = ? WHERE task = ?", unsettled);
        Sql.batch(connection, "UPDATE broadcast_task SET sliced_for = ? WHERE task = ?", sliced);
    }

    private record Sliced(long slice, Rooms.Life life) {}

    private static List<Sliced> slices(Connection connection, BroadcastTask task) throws SQLException {
        return Sql.list(
                connection,
                "SELECT slice, room, room_incarnation FROM broadcast_slice WHERE task = ? ORDER BY slice",
                row -> new Sliced(
                        row.getLong("slice"), new Rooms.Life(Sql.text(row, "room"), row.getLong("room_incarnation"))),
                task.getTask());
    }

    private long settledSince() {
        return clock.millis() - settings.settle().toMillis();
    }

    private long draftsSince() {
        return clock.millis() - settings.draftLifetime().toMillis();
    }
}
