package io.hawser.saver.erase;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.EraseUserReply;
import io.hawser.rpc.v1.EraseUserRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.saver.log.Lanes;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Removes all that is kept of a user: from lists that are still to be sent to it, which would begin its log anew, then the
 * log on its lane, then the requests in Redis and all rows, in portions.
 * Each step may be done again, and none undoes another: whoever did not hear begins from the first.
 */
public final class UserErasure implements AutoCloseable {
    /** Who sends to a list has read its part again by then. */
    private static final long LISTS_READ_MS = 1_500;

    private final Lanes lanes;
    private final UserData lists;
    private final List<UserData> stores;
    private final StoreCalls calls;

    /**
     * @param lists what goes on sending to users
     * @param stores what else besides the log keeps rows of users
     */
    public UserErasure(
            Lanes lanes,
            DataSource database,
            UserData lists,
            List<UserData> stores,
            BatchSettings bounds,
            MeterRegistry meters) {
        this.lanes = lanes;
        this.lists = lists;
        this.stores = List.copyOf(stores);
        this.calls = new StoreCalls("erasures", bounds, database, meters);
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(SaverGrpc.getEraseUserMethod(), (request, caller) -> erase(request));
    }

    @Override
    public void close() {
        calls.close();
    }

    /**
     * Completes when all is gone from both stores; fails with UNAVAILABLE, NOT_OWNER or RESOURCE_EXHAUSTED, and then some
     * may be gone.
     */
    public CompletableFuture<EraseUserReply> erase(EraseUserRequest request) {
        return erase(LogId.of(request.getApp(), request.getUser()));
    }

    private CompletableFuture<EraseUserReply> erase(LogId id) {
        return calls.run(id.app(), connection -> lists.erase(connection, id.app(), id.user()))
                .thenCompose(listed -> listsRead(listed).thenCompose(read -> eraseLog(id, listed)));
    }

    private static CompletableFuture<Void> listsRead(int listed) {
        CompletableFuture<Void> read = new CompletableFuture<>();
        return listed == 0
                ? CompletableFuture.completedFuture(null)
                : read.completeOnTimeout(null, LISTS_READ_MS, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<EraseUserReply> eraseLog(LogId id, int listed) {
        Lane lane = lanes.of(id.slot());
        return lane.erase(id)
                .thenCompose(log -> forgetRequests(lane, id, log.head(), listed)
                        .thenCompose(rows -> deleteRows(id, "message", log.head(), rows))
                        .thenCompose(rows -> deleteRows(id, "tombstone", log.head(), rows))
                        .thenCompose(rows -> calls.run(id.app(), connection -> rows + eraseOthers(connection, id)))
                        .thenApply(rows -> EraseUserReply.newBuilder()
                                .setErased(log.anything() || rows > 0)
                                .build()));
    }

    private int eraseOthers(Connection connection, LogId id) throws SQLException {
        int rows = 0;
        for (UserData store : stores) {
            rows += store.erase(connection, id.app(), id.user());
        }
        return rows;
    }

    /** A portion after the other, each in Redis before its rows go: these tell which there are. */
    private CompletableFuture<Integer> forgetRequests(Lane lane, LogId id, long upTo, int before) {
        return calls.run(id.app(), connection -> LogRows.requests(connection, id, upTo))
                .thenCompose(page -> lane.forgetRequests(id, page.ids(), upTo)
                        .thenCompose(
                                done -> calls.run(id.app(), connection -> LogRows.delete(connection, page, id, upTo)))
                        .thenCompose(rows -> page.last()
                                ? CompletableFuture.completedFuture(before + rows)
                                : forgetRequests(lane, id, upTo, before + rows)));
    }

    private CompletableFuture<Integer> deleteRows(LogId id, String table, long upTo, int before) {
        return calls.run(id.app(), connection -> LogRows.delete(connection, table, id, upTo))
                .thenCompose(rows -> rows < LogRows.PORTION
                        ? CompletableFuture.completedFuture(before + rows)
                        : deleteRows(id, table, upTo, before + rows));
    }
}
