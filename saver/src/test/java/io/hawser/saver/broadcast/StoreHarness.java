package io.hawser.saver.broadcast;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ChangeBroadcastRequest;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.rpc.v1.GetBroadcastRequest;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.RoomLifeRef;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.SteppedClock;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.purge.Portions;
import io.hawser.saver.purge.PurgeSettings;
import io.hawser.stores.EmbeddedMariaDb;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/** Two stores over one real database, as two savers have them, and what tests ask of them. */
public final class StoreHarness implements AutoCloseable {
    public static final String APP = "demo";
    private static final ByteSize IN_MEMORY = BroadcastSettings.defaults().entriesInMemory();
    private static final List<String> TABLES = List.of(
            "broadcast_app",
            "broadcast_task",
            "broadcast_entry",
            "broadcast_request",
            "broadcast_change",
            "broadcast_progress",
            "broadcast_list",
            "broadcast_part",
            "broadcast_part_hash",
            "broadcast_slice",
            "broadcast_center",
            "membership",
            "endpoint_cursor",
            "app");

    public final SteppedClock clock = new SteppedClock();
    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private final Database database = TestDatabase.open(mariaDb);
    /** Of {@link #store}. */
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    final BroadcastPurge purge;
    private final BroadcastSettings settings;
    BroadcastStore store;
    BroadcastStore other;

    public StoreHarness() {
        this(settings(10_000));
    }

    /** @param maxUnfinished tasks of an app */
    public StoreHarness(int maxUnfinished) {
        this(unfinished(maxUnfinished));
    }

    StoreHarness(BroadcastSettings settings) {
        this.settings = settings;
        store = store(meters);
        other = store(new SimpleMeterRegistry());
        purge = new BroadcastPurge(settings, dataSource(), portions(), clock, new SimpleMeterRegistry());
    }

    private BroadcastStore store(SimpleMeterRegistry counting) {
        return new BroadcastStore(settings, dataSource(), clock, counting);
    }

    public Portions portions() {
        return new Portions(dataSource(), PurgeSettings.defaults(), new SimpleMeterRegistry());
    }

    static BroadcastSettings settings(int maxEntries) {
        return settings(BroadcastSettings.defaults().maxUnfinished(), maxEntries, IN_MEMORY);
    }

    static BroadcastSettings unfinished(int maxUnfinished) {
        return settings(maxUnfinished, Integer.MAX_VALUE, IN_MEMORY);
    }

    /** Of stores that keep as much of logs in memory. */
    static BroadcastSettings keeping(ByteSize entriesInMemory) {
        return settings(Integer.MAX_VALUE, Integer.MAX_VALUE, entriesInMemory);
    }

    private static BroadcastSettings settings(int maxUnfinished, int maxEntries, ByteSize entriesInMemory) {
        BroadcastSettings normal = BroadcastSettings.defaults();
        return new BroadcastSettings(
                maxUnfinished,
                maxEntries,
                normal.changeLifetime(),
                normal.requestLifetime(),
                normal.taskLifetime(),
                normal.draftLifetime(),
                normal.maxListParts(),
                2,
                normal.settle(),
                entriesInMemory,
                BatchSettings.defaults());
    }

    public DataSource dataSource() {
        return database.stores();
    }

    public BroadcastStore store() {
        return store;
    }

    public BroadcastStore other() {
        return other;
    }

    /** Empties all tables, which give the same numbers anew, to stores that know nothing of before. */
    public void empty() throws SQLException {
        for (String table : TABLES) {
            execute("DELETE FROM " + table);
        }
        store.close();
        other.close();
        store = store(meters);
        other = store(new SimpleMeterRegistry());
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        store.close();
        other.close();
        database.close();
        mariaDb.close();
    }

    public AppendBroadcastRequest.Builder entry(String requestId) {
        return AppendBroadcastRequest.newBuilder()
                .setApp(APP)
                .setRequestId(requestId)
                .setBodyHash(ByteString.copyFromUtf8("hash"))
                .setContent(ByteString.copyFromUtf8("content of " + requestId))
                .setCreatedBy("key/k1")
                .setExpiresMs(clock.millis() + Duration.ofHours(1).toMillis());
    }

    public BroadcastTask append(AppendBroadcastRequest.Builder entry) {
        return reply(entry).getTask();
    }

    AppendBroadcastReply reply(AppendBroadcastRequest.Builder entry) {
        return join(store.append(entry.build()));
    }

    BroadcastTask get(BroadcastTask task) {
        return join(store.get(GetBroadcastRequest.newBuilder()
                .setApp(task.getApp())
                .setTask(task.getTask())
                .build()));
    }

    BroadcastTask change(BroadcastTask task, TaskState state) {
        return change(store, task, state);
    }

    static BroadcastTask change(BroadcastStore by, BroadcastTask task, TaskState state) {
        return join(by.change(ChangeBroadcastRequest.newBuilder()
                .setApp(task.getApp())
                .setTask(task.getTask())
                .setState(state)
                .build()));
    }

    FollowBroadcastsReply follow(long afterBseq, long afterChange) {
        return follow(
                FollowedApp.newBuilder().setApp(APP).setAfterBseq(afterBseq).setAfterChange(afterChange));
    }

    public FollowBroadcastsReply follow(FollowedApp.Builder... followers) {
        FollowBroadcastsRequest.Builder request = FollowBroadcastsRequest.newBuilder();
        Arrays.stream(followers).forEach(request::addApps);
        return join(store.follow(request.build()));
    }

    static LeaseSlicesRequest.Builder leasing(String center, String... rooms) {
        LeaseSlicesRequest.Builder request = LeaseSlicesRequest.newBuilder()
                .setCenter(center)
                .setCenterIncarnation(1)
                .setMaxSlices(100)
                .setLeaseMs(5_000);
        Arrays.stream(rooms)
                .forEach(room ->
                        request.addRooms(RoomLifeRef.newBuilder().setRoom(room).setIncarnation(1)));
        return request;
    }

    List<Slice> lease(String center, String... rooms) {
        return lease(leasing(center, rooms));
    }

    List<Slice> lease(LeaseSlicesRequest.Builder request) {
        return join(store.leaseSlices(request.build())).getSlicesList();
    }

    ReportSlicesReply report(String center, SliceReport.Builder... reports) {
        ReportSlicesRequest.Builder request =
                ReportSlicesRequest.newBuilder().setCenter(center).setCenterIncarnation(1);
        Arrays.stream(reports).forEach(request::addSlices);
        return join(store.reportSlices(request.build()));
    }

    static SliceReport.Builder reportOf(Slice slice) {
        return SliceReport.newBuilder().setSlice(slice.getSlice()).setFence(slice.getFence());
    }

    static SliceReport.Builder finished(Slice slice) {
        return reportOf(slice).setFinished(true);
    }

    /** Fails with what the call failed with. */
    public static <T> T join(CompletableFuture<T> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
