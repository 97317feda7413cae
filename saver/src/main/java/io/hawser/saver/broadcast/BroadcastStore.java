package io.hawser.saver.broadcast;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ChangeBroadcastRequest;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.GetBroadcastRequest;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.ListBroadcastsReply;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.Batcher.View;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/**
 * Apps' broadcasts. Every saver serves all of them; MySQL is the only state, and what is read of it often is in memory, too.
 *
 * <p>A call that is not valid throws a {@link HawserException}, all else fails the future with one.
 */
public final class BroadcastStore implements AutoCloseable {
    /** Replies with entries are large. */
    private static final int READS_A_BATCH = 16;

    private static final int FOLLOWS_A_BATCH = 64;

    private final BroadcastSettings settings;
    private final Clock clock;
    private final BroadcastMeters meters;
    private final EntryPages pages;
    private final UserLists lists;
    private final Tending tending;
    private final Leases leases;
    private final SliceReports reports;
    private final Batcher<AppendBroadcastRequest, AppendBroadcastReply> appends;
    private final Batcher<FollowBroadcastsRequest, FollowBroadcastsReply> follows;
    private final Batcher<ReadBroadcastsRequest, ReadBroadcastsReply> reads;
    private final Batcher<ReportProgressRequest, ReportProgressReply> progress;
    private final StoreCalls calls;

    public BroadcastStore(BroadcastSettings settings, DataSource database, Clock clock, MeterRegistry registry) {
        this.settings = settings;
        this.clock = clock;
        this.meters = new BroadcastMeters(registry);
        this.pages = new EntryPages(settings.entriesInMemory(), meters);
        this.lists = new UserLists(settings, clock, meters);
        this.tending = new Tending(settings, clock, meters);
        this.leases = new Leases(settings, clock, meters);
        this.reports = new SliceReports(clock, meters);
        BatchSettings batches = settings.batches();
        Trim trim = new Trim(settings.maxEntries(), meters);
        appends = new Batcher<>(
                "broadcasts.append",
                View.COMMITTED,
                batches,
                database,
                registry,
                new Appends(settings, trim, clock, meters));
        follows = new Batcher<>(
                "broadcasts.follow",
                View.SNAPSHOT,
                batches.withMaxBatch(FOLLOWS_A_BATCH),
                database,
                registry,
                new Follows(pages, meters));
        reads = new Batcher<>(
                "broadcasts.read",
                View.SNAPSHOT,
                batches.withMaxBatch(READS_A_BATCH),
                database,
                registry,
                new Reads(pages, meters));
        progress =
                new Batcher<>("broadcasts.progress", View.COMMITTED, batches, database, registry, new Progress(clock));
        calls = new StoreCalls("broadcasts", batches, database, registry);
    }

    /** Serves all of the contract. */
    public void addTo(LinkServer.Builder server) {
        serve(server, BroadcastStoreGrpc.getAppendBroadcastMethod(), this::append);
        serve(server, BroadcastStoreGrpc.getPutUserListMethod(), this::putUserList);
        serve(server, BroadcastStoreGrpc.getFollowBroadcastsMethod(), this::follow);
        serve(server, BroadcastStoreGrpc.getReadBroadcastsMethod(), this::read);
        serve(server, BroadcastStoreGrpc.getReportProgressMethod(), this::reportProgress);
        serve(server, BroadcastStoreGrpc.getLeaseSlicesMethod(), this::leaseSlices);
        serve(server, BroadcastStoreGrpc.getReportSlicesMethod(), this::reportSlices);
        serve(server, BroadcastStoreGrpc.getReadUserListPartMethod(), this::readUserListPart);
        serve(server, BroadcastStoreGrpc.getGetBroadcastMethod(), this::get);
        serve(server, BroadcastStoreGrpc.getListBroadcastsMethod(), this::list);
        serve(server, BroadcastStoreGrpc.getChangeBroadcastMethod(), this::change);
    }

    public CompletableFuture<AppendBroadcastReply> append(AppendBroadcastRequest request) {
        Checks.append(request);
        return appends.submit(request.getApp(), request);
    }

    public CompletableFuture<AppendBroadcastReply> putUserList(PutUserListRequest request) {
        Checks.userList(request, settings.maxListParts());
        return calls.run(request.getApp(), connection -> lists.put(connection, request));
    }

    public CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request) {
        Checks.follow(request);
        return follows.submit("", request);
    }

    public CompletableFuture<ReadBroadcastsReply> read(ReadBroadcastsRequest request) {
        return reads.submit(Checks.app(request.getApp()), request);
    }

    public CompletableFuture<ReportProgressReply> reportProgress(ReportProgressRequest request) {
        Checks.progress(request);
        return progress.submit("", request);
    }

    /** Tends to the tasks that need it, then leases. */
    public CompletableFuture<LeaseSlicesReply> leaseSlices(LeaseSlicesRequest request) {
        Checks.lease(request);
        Rooms rooms = Rooms.of(request.getRoomsList());
        return calls.run("", connection -> tending.appsInNeed(connection, rooms))
                .thenCompose(apps -> tend(apps, rooms))
                .thenCompose(tended -> calls.run("", connection -> leases.lease(connection, request)));
    }

    /** Tends to tasks that may be done by what was reported; those with a pace have to settle first. */
    public CompletableFuture<ReportSlicesReply> reportSlices(ReportSlicesRequest request) {
        Checks.report(request);
        return calls.run("", connection -> reports.report(connection, request))
                .thenCompose(outcome ->
                        tend(outcome.finishedIn(), Rooms.of(List.of())).thenApply(tended -> outcome.reply()));
    }

    public CompletableFuture<ReadUserListPartReply> readUserListPart(ReadUserListPartRequest request) {
        return calls.run("", connection -> lists.read(connection, request));
    }

    public CompletableFuture<BroadcastTask> get(GetBroadcastRequest request) {
        String app = Checks.app(request.getApp());
        return calls.run(app, connection -> Tasks.get(connection, app, request.getTask()));
    }

    public CompletableFuture<ListBroadcastsReply> list(ListBroadcastsRequest request) {
        String app = Checks.app(request.getApp());
        return calls.run(
                app,
                connection -> ListBroadcastsReply.newBuilder()
                        .addAllTasks(Tasks.list(
                                connection,
                                app,
                                request.getBeforeTask(),
                                request.getMaxEntries(),
                                request.getUnfinished()))
                        .build());
    }

    public CompletableFuture<BroadcastTask> change(ChangeBroadcastRequest request) {
        String app = Checks.app(request.getApp());
        TaskStep step = step(request.getState());
        return calls.run(app, connection -> change(connection, app, request, step));
    }

    @Override
    public void close() {
        List.of(appends, follows, reads, progress).forEach(Batcher::close);
        calls.close();
    }

    private BroadcastTask change(Connection connection, String app, ChangeBroadcastRequest request, TaskStep step)
            throws SQLException {
        AppLog log = AppLog.lock(connection, app);
        BroadcastTask task = Tasks.row(connection, app, request.getTask());
        if (!isAlready(task.getState(), request.getState())) {
            new TaskChanges(connection, log, clock.millis(), meters).take(task, step);
            log.save(connection);
        }
        return Tasks.get(connection, app, request.getTask());
    }

    /** A task that waits for its turn runs as far as its owner can make it. */
    private static boolean isAlready(TaskState present, TaskState wanted) {
        return present == wanted || (present == TaskState.TASK_QUEUED && wanted == TaskState.TASK_RUNNING);
    }

    private static TaskStep step(TaskState wanted) {
        return switch (wanted) {
            case TASK_PAUSED -> TaskStep.PAUSE;
            case TASK_RUNNING -> TaskStep.RESUME;
            case TASK_CANCELLED -> TaskStep.CANCEL;
            case TASK_STATE_UNSPECIFIED, TASK_QUEUED, TASK_DONE, TASK_EXPIRED, TASK_DRAFT, UNRECOGNIZED ->
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT,
                        "state: " + wanted + " (expected: TASK_PAUSED, TASK_RUNNING or TASK_CANCELLED)");
        };
    }

    private CompletableFuture<Boolean> tend(Collection<String> apps, Rooms rooms) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (String app : apps) {
            all.add(calls.run(app, connection -> {
                tending.tend(connection, app, rooms);
                return true;
            }));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).thenApply(done -> true);
    }

    private static <Q extends MessageLite, R extends MessageLite> void serve(
            LinkServer.Builder server, MethodDescriptor<Q, R> method, Call<Q, R> call) {
        server.handle(method, (request, caller) -> call.on(request));
    }

    private interface Call<Q, R> {
        CompletableFuture<R> on(Q request);
    }
}
