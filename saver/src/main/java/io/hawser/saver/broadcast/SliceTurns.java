package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which slices are worked on, where there are more than centers may hold: each app's next one before any app's second
 * next, however many it has and whoever held them first, so that no app's slow broadcasts stop those of others. Of an app,
 * urgent ones come first.
 *
 * <p>Parts of lists, which may go on for days, get no more than half; slices of rooms get all that parts leave.
 */
final class SliceTurns {
    /** A task that is held needs no pace: rooms hear of it from the log, and of its end, too. */
    private static final String RUNNING = " t.state = " + TaskState.TASK_RUNNING_VALUE;

    /**
     * Members that come to a room that has finished want pace, where there is one; they give way to those who wait for
     * their first.
     */
    private static final String OF_ROOMS =
            "SELECT slice, lease_until_ms FROM (SELECT s.slice, s.lease_until_ms, t.urgent,"
                    + " ROW_NUMBER() OVER (PARTITION BY t.app ORDER BY t.urgent DESC, s.finished, s.task, s.slice) AS turn"
                    + " FROM broadcast_slice s JOIN broadcast_task t ON t.task = s.task WHERE t.bseq IS NOT NULL AND"
                    + RUNNING
                    + " AND (s.finished = FALSE OR t.members_per_second > 0)) waiting" + inTurn();

    private final String ofLists;

    /** @param partsAtOnce of a list */
    SliceTurns(int partsAtOnce) {
        // Those that are leased come first: one may be taken where its place is among those that are worked on at once.
        String placed = "SELECT s.slice, s.lease_until_ms, t.app, t.urgent, ROW_NUMBER() OVER"
                + " (PARTITION BY s.task ORDER BY s.lease_until_ms > ? DESC, s.slice) AS place"
                + ", " + places(partsAtOnce) + " AS places"
                + " FROM broadcast_slice s JOIN broadcast_task t ON t.task = s.task"
                + " WHERE t.bseq IS NULL AND s.finished = FALSE AND" + RUNNING;
        this.ofLists = "SELECT slice, lease_until_ms FROM (SELECT slice, lease_until_ms, urgent,"
                + " ROW_NUMBER() OVER (PARTITION BY app ORDER BY urgent DESC, place, slice) AS turn"
                + " FROM (" + placed + ") placed WHERE place <= places) waiting" + inTurn();
    }

    /** No more parts than users a second: each part has a pace of at least 1. */
    private static String places(int partsAtOnce) {
        return "IF(t.members_per_second = 0, " + partsAtOnce + ", LEAST(" + partsAtOnce + ", t.members_per_second))";
    }

    private static String inTurn() {
        return " ORDER BY turn, urgent DESC, slice LIMIT ?";
    }

    /**
     * A slice that is to be worked on.
     *
     * @param leaseUntilMs past: nobody does
     */
    record Turn(long slice, long leaseUntilMs) {}

    /** Returns as many as may be held by all centers together, or all there are; those of rooms first. */
    List<Turn> next(Connection connection, long nowMs, long atMost) throws SQLException {
        List<Turn> parts = Sql.list(connection, ofLists, SliceTurns::turn, nowMs, Math.ceilDiv(atMost, 2));
        List<Turn> turns = new ArrayList<>(Sql.list(connection, OF_ROOMS, SliceTurns::turn, atMost - parts.size()));
        turns.addAll(parts);
        return turns;
    }

    private static Turn turn(ResultSet row) throws SQLException {
        return new Turn(row.getLong("slice"), row.getLong("lease_until_ms"));
    }
}
