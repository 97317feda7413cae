package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.Sql;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An app's tasks that are not over, as counted under its lock. */
final class AppLoad {
    private final String app;
    private int unfinished;
    private boolean turnTaken;

    private AppLoad(String app) {
        this.app = app;
    }

    static Map<String, AppLoad> read(Connection connection, Collection<String> apps) throws SQLException {
        Map<String, AppLoad> loads = new HashMap<>();
        apps.forEach(app -> loads.put(app, new AppLoad(app)));
        List<@Nullable Object> parameters = new ArrayList<>(apps);
        parameters.addFirst(TaskState.TASK_RUNNING_VALUE);
        Sql.list(
                connection,
                "SELECT app, COUNT(*) AS unfinished,"
                        + " SUM(state = ? AND serial = TRUE AND urgent = FALSE) AS in_turn FROM broadcast_task"
                        + " WHERE app IN " + Sql.in(apps.size()) + " AND state IN " + TaskStep.UNFINISHED_STATES
                        + " GROUP BY app",
                row -> {
                    AppLoad load = loads.computeIfAbsent(row.getString("app"), AppLoad::new);
                    load.unfinished = row.getInt("unfinished");
                    load.turnTaken = row.getInt("in_turn") > 0;
                    return load;
                },
                parameters.toArray());
        return loads;
    }

    static AppLoad read(Connection connection, String app) throws SQLException {
        return read(connection, List.of(app)).values().iterator().next();
    }

    /** Counts one more. @throws HawserException RESOURCE_EXHAUSTED where there are as many as may be */
    void admit(int maxUnfinished) {
        if (unfinished >= maxUnfinished) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "unfinished broadcasts: " + unfinished + " of app " + app + " (expected: less than " + maxUnfinished
                            + " before another)");
        }
        unfinished++;
    }

    /** Whether a new task runs at once; it then has the turn, where it needs one. */
    boolean startsNow(BroadcastTask task) {
        if (!TaskRow.isInTurn(task)) {
            return true;
        }
        boolean starts = !turnTaken;
        turnTaken = true;
        return starts;
    }
}
