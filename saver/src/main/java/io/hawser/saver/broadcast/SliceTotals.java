package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastTask;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/** What slices of a task that is not over add to what its row says. Users are those of lists: a room tells its own. */
record SliceTotals(int slices, int finished, long doneUsers, long failed, int lastError) {
    private static final SliceTotals NONE = new SliceTotals(0, 0, 0, 0, 0);

    static SliceTotals ofSlice(ResultSet row) throws SQLException {
        return new SliceTotals(
                1,
                row.getBoolean("finished") ? 1 : 0,
                row.getLong("done_users"),
                row.getLong("failed"),
                row.getInt("last_error"));
    }

    static SliceTotals sum(Collection<SliceTotals> all) {
        return all.stream().reduce(NONE, SliceTotals::plus);
    }

    BroadcastTask addTo(BroadcastTask task) {
        return task.toBuilder()
                .setSlices(task.getSlices() + slices)
                .setSlicesFinished(task.getSlicesFinished() + finished)
                .setSent(task.getSent() + doneUsers - failed)
                .setFailed(task.getFailed() + failed)
                .setLastError(lastError == 0 ? task.getLastError() : lastError)
                .build();
    }

    private SliceTotals plus(SliceTotals other) {
        return new SliceTotals(
                slices + other.slices,
                finished + other.finished,
                doneUsers + other.doneUsers,
                failed + other.failed,
                other.lastError == 0 ? lastError : other.lastError);
    }
}
