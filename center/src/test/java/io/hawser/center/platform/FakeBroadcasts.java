package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ChangeBroadcastRequest;
import io.hawser.rpc.v1.LeaseSlicesReply;
import io.hawser.rpc.v1.LeaseSlicesRequest;
import io.hawser.rpc.v1.ListBroadcastsReply;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.ReadUserListPartReply;
import io.hawser.rpc.v1.ReadUserListPartRequest;
import io.hawser.rpc.v1.ReportSlicesReply;
import io.hawser.rpc.v1.ReportSlicesRequest;
import io.hawser.rpc.v1.RoomLifeRef;
import io.hawser.rpc.v1.Slice;
import io.hawser.rpc.v1.SliceReport;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Keeps broadcasts in memory, and leases all of their slices to whoever asks. */
public final class FakeBroadcasts {
    public final Queue<AppendBroadcastRequest> appends = new ConcurrentLinkedQueue<>();
    public final Queue<PutUserListRequest> parts = new ConcurrentLinkedQueue<>();
    public final Queue<LeaseSlicesRequest> leases = new ConcurrentLinkedQueue<>();
    public final Queue<SliceReport> reports = new ConcurrentLinkedQueue<>();
    private final TreeMap<Long, BroadcastTask> tasks = new TreeMap<>();
    private final Map<String, Object> hashes = new HashMap<>();
    private final Map<Long, Slice> slices = new TreeMap<>();
    private final Map<Long, ReadUserListPartReply> users = new HashMap<>();
    private boolean away;
    private @Nullable HawserException refusal;

    void serve(LinkServer.Builder server) {
        server.handle(BroadcastStoreGrpc.getAppendBroadcastMethod(), (request, caller) -> done(append(request)))
                .handle(BroadcastStoreGrpc.getPutUserListMethod(), (request, caller) -> done(put(request)))
                .handle(BroadcastStoreGrpc.getLeaseSlicesMethod(), (request, caller) -> leaseOrRefuse(request))
                .handle(BroadcastStoreGrpc.getReportSlicesMethod(), (request, caller) -> done(report(request)))
                .handle(BroadcastStoreGrpc.getReadUserListPartMethod(), (request, caller) -> done(read(request)))
                .handle(BroadcastStoreGrpc.getGetBroadcastMethod(), (request, caller) -> done(task(request.getTask())))
                .handle(BroadcastStoreGrpc.getListBroadcastsMethod(), (request, caller) -> done(list(request)))
                .handle(BroadcastStoreGrpc.getChangeBroadcastMethod(), (request, caller) -> done(change(request)));
    }

    /** Takes a user out of the lists, as who erases one does. */
    public synchronized void eraseFromLists(String user) {
        users.replaceAll((slice, part) -> part.toBuilder()
                .clearUsers()
                .addAllUsers(part.getUsersList().stream()
                        .map(named -> named.equals(user) ? "" : named)
                        .toList())
                .build());
    }

    /** Leases are another center's from now on. */
    public synchronized void takeAway() {
        away = true;
    }

    public synchronized void giveBack() {
        away = false;
    }

    /** What leases are refused with; null: they are given. */
    public synchronized void refuseLeases(@Nullable HawserException with) {
        refusal = with;
    }

    public AppendBroadcastRequest lastAppend() {
        return List.copyOf(appends).getLast();
    }

    private synchronized BroadcastTask task(long id) {
        BroadcastTask task = tasks.get(id);
        if (task == null) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, "task: " + id);
        }
        return task;
    }

    private synchronized AppendBroadcastReply append(AppendBroadcastRequest request) {
        appends.add(request);
        return begin(
                request.getRequestId(),
                request.getBodyHash(),
                BroadcastTask.newBuilder()
                        .setApp(request.getApp())
                        .setBseq(tasks.size() + 1L)
                        .addAllGroups(request.getGroupsList())
                        .setState(TaskState.TASK_RUNNING)
                        .setMembersPerSecond(request.getMembersPerSecond())
                        .setUrgent(request.getUrgent())
                        .setSerial(request.getSerial())
                        .setExpiresMs(request.getExpiresMs())
                        .setCreatedBy(request.getCreatedBy()));
    }

    private synchronized AppendBroadcastReply put(PutUserListRequest request) {
        parts.add(request);
        AppendBroadcastReply reply = begin(
                request.getRequestId(),
                request.getBodyHash(),
                BroadcastTask.newBuilder()
                        .setApp(request.getApp())
                        .setState(TaskState.TASK_DRAFT)
                        .setMembersPerSecond(request.getMembersPerSecond())
                        .setExpiresMs(request.getExpiresMs()));
        long task = reply.getTask().getTask();
        long slice = task * 1_000 + request.getPart();
        users.put(
                slice,
                ReadUserListPartReply.newBuilder()
                        .addAllUsers(request.getUsersList())
                        .setContent(request.getContent())
                        .setCollapseKey(request.getCollapseKey())
                        .build());
        slices.putIfAbsent(
                slice,
                Slice.newBuilder()
                        .setSlice(slice)
                        .setFence(1)
                        .setTask(task)
                        .setApp(request.getApp())
                        .setList(true)
                        .setPart(request.getPart())
                        .setMembersPerSecond(request.getMembersPerSecond())
                        .setExpiresMs(request.getExpiresMs())
                        .build());
        if (request.getComplete() && reply.getTask().getState() == TaskState.TASK_DRAFT) {
            tasks.put(
                    task,
                    task(task).toBuilder().setState(TaskState.TASK_RUNNING).build());
        }
        return reply.toBuilder().setTask(task(task)).build();
    }

    private AppendBroadcastReply begin(String requestId, Object hash, BroadcastTask.Builder task) {
        Object before = hashes.putIfAbsent(requestId, hash);
        if (before != null && !before.equals(hash)) {
            throw HawserException.refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "request_id: " + requestId);
        }
        if (before != null) {
            BroadcastTask first = tasks.values().stream()
                    .filter(one -> one.getRequestId().equals(requestId))
                    .findFirst()
                    .orElseThrow();
            return AppendBroadcastReply.newBuilder()
                    .setTask(first)
                    .setRepeated(true)
                    .build();
        }
        long id = tasks.size() + 1L;
        tasks.put(
                id,
                task.setTask(id)
                        .setRequestId(requestId)
                        .setAcceptedMs(FakeSaver.ACCEPTED_MS)
                        .build());
        return AppendBroadcastReply.newBuilder().setTask(task(id)).build();
    }

    private synchronized CompletionStage<LeaseSlicesReply> leaseOrRefuse(LeaseSlicesRequest request) {
        leases.add(request);
        return refusal == null ? done(lease(request)) : CompletableFuture.failedFuture(refusal);
    }

    private LeaseSlicesReply lease(LeaseSlicesRequest request) {
        if (away || request.getMaxSlices() == 0) {
            return LeaseSlicesReply.getDefaultInstance();
        }
        for (RoomLifeRef room : request.getRoomsList()) {
            tasks.values().stream().filter(task -> task.getBseq() > 0).forEach(task -> cut(task, room));
        }
        LeaseSlicesReply.Builder reply = LeaseSlicesReply.newBuilder();
        slices.values().stream()
                .map(slice -> slice.toBuilder()
                        .setState(task(slice.getTask()).getState())
                        .build())
                .filter(slice ->
                        slice.getState() == TaskState.TASK_RUNNING || slice.getState() == TaskState.TASK_PAUSED)
                .forEach(reply::addSlices);
        return reply.build();
    }

    private void cut(BroadcastTask task, RoomLifeRef room) {
        slices.putIfAbsent(
                task.getTask() * 1_000,
                Slice.newBuilder()
                        .setSlice(task.getTask() * 1_000)
                        .setFence(1)
                        .setTask(task.getTask())
                        .setApp(task.getApp())
                        .setBseq(task.getBseq())
                        .setMembersPerSecond(task.getMembersPerSecond())
                        .setRoom(room.getRoom())
                        .setRoomIncarnation(room.getIncarnation())
                        .build());
    }

    private synchronized ReportSlicesReply report(ReportSlicesRequest request) {
        ReportSlicesReply.Builder reply = ReportSlicesReply.newBuilder();
        for (SliceReport report : request.getSlicesList()) {
            reports.add(report);
            Slice slice = slices.get(report.getSlice());
            if (away || slice == null || slice.getFence() != report.getFence()) {
                reply.addLost(report.getSlice());
            } else {
                count(slice, report);
            }
        }
        return reply.build();
    }

    private void count(Slice slice, SliceReport report) {
        BroadcastTask task = task(slice.getTask());
        BroadcastTask.Builder counted = task.toBuilder()
                .setTargeted(report.getTargeted())
                .setSent(report.getDoneUsers() - report.getFailed())
                .setFailed(report.getFailed())
                .setLastError(report.getLastError());
        if (report.getFinished()) {
            slices.remove(slice.getSlice());
            boolean last = slices.values().stream().noneMatch(other -> other.getTask() == task.getTask());
            counted.setState(last ? TaskState.TASK_DONE : task.getState());
        }
        tasks.put(task.getTask(), counted.build());
    }

    private synchronized ReadUserListPartReply read(ReadUserListPartRequest request) {
        return users.getOrDefault(
                request.getTask() * 1_000 + request.getPart(), ReadUserListPartReply.getDefaultInstance());
    }

    private synchronized ListBroadcastsReply list(ListBroadcastsRequest request) {
        List<BroadcastTask> listed = new ArrayList<>(tasks.descendingMap().values());
        return ListBroadcastsReply.newBuilder()
                .addAllTasks(listed.stream()
                        .filter(task -> request.getBeforeTask() == 0 || task.getTask() < request.getBeforeTask())
                        .filter(task -> !request.getUnfinished() || task.getState() != TaskState.TASK_DONE)
                        .limit(request.getMaxEntries())
                        .toList())
                .build();
    }

    private synchronized BroadcastTask change(ChangeBroadcastRequest request) {
        BroadcastTask task = task(request.getTask());
        if (task.getState() == TaskState.TASK_DONE) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION, "broadcast: DONE (expected: one that is not over)");
        }
        BroadcastTask changed = task.toBuilder().setState(request.getState()).build();
        tasks.put(task.getTask(), changed);
        return changed;
    }

    private static <R> CompletionStage<R> done(R reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
