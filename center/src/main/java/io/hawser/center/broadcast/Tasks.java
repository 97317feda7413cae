package io.hawser.center.broadcast;

import io.hawser.center.broadcast.Reach.Members;
import io.hawser.center.broadcast.Reach.Users;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.center.message.Draft;
import io.hawser.center.operation.Page;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.BroadcastTask;
import io.hawser.rpc.v1.ChangeBroadcastRequest;
import io.hawser.rpc.v1.GetBroadcastRequest;
import io.hawser.rpc.v1.ListBroadcastsReply;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.rpc.v1.PutUserListRequest;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Broadcasts, as the savers keep them. All calls may be repeated, and are where their outcome is unknown. */
final class Tasks {
    /** Users in a part of a list. */
    static final int PART_USERS = 1_000;

    private final Savers savers;

    Tasks(Savers savers) {
        this.savers = savers;
    }

    /** Puts a broadcast into the app's log. */
    CompletableFuture<AppendBroadcastReply> append(Order order, Members members, Pace pace) {
        Draft draft = order.draft();
        AppendBroadcastRequest request = AppendBroadcastRequest.newBuilder()
                .setApp(draft.app().getId())
                .setRequestId(draft.requestId())
                .setBodyHash(order.hash())
                .setContent(draft.content())
                .addAllGroups(members.groups())
                .setExpiresMs(draft.expiresMs())
                .setMembersPerSecond(pace.membersPerSecond())
                .setUrgent(order.urgent())
                .setSerial(pace.serial())
                .setCreatedBy(order.by())
                .build();
        return named(draft, savers.ofApp(request.getApp(), BroadcastStoreGrpc.getAppendBroadcastMethod(), request));
    }

    /** Hands a list of users over, part by part: it begins with the last one, so that what failed midway never does. */
    CompletableFuture<AppendBroadcastReply> putList(Order order, Users users, Pace pace) {
        int parts = Math.ceilDiv(users.users().size(), PART_USERS);
        CompletableFuture<AppendBroadcastReply> put = putPart(order, users, pace, 0, parts);
        for (int part = 1; part < parts; part++) {
            int next = part;
            put = put.thenCompose(before -> putPart(order, users, pace, next, parts)
                    .thenApply(after -> after.toBuilder()
                            .setRepeated(before.getRepeated() && after.getRepeated())
                            .build()));
        }
        return named(order.draft(), put);
    }

    private CompletableFuture<AppendBroadcastReply> putPart(Order order, Users users, Pace pace, int part, int parts) {
        Draft draft = order.draft();
        List<String> all = users.users();
        PutUserListRequest request = PutUserListRequest.newBuilder()
                .setApp(draft.app().getId())
                .setRequestId(draft.requestId())
                .setBodyHash(order.hash())
                .setContent(draft.content())
                .setExpiresMs(draft.expiresMs())
                .setCollapseKey(draft.collapseKey())
                .setMembersPerSecond(pace.membersPerSecond())
                .setUrgent(order.urgent())
                .setSerial(pace.serial())
                .setCreatedBy(order.by())
                .setPart(part)
                .addAllUsers(all.subList(part * PART_USERS, Math.min(all.size(), (part + 1) * PART_USERS)))
                .setComplete(part == parts - 1)
                .setParts(parts)
                .build();
        return savers.ofApp(request.getApp(), BroadcastStoreGrpc.getPutUserListMethod(), request);
    }

    CompletableFuture<BroadcastTask> get(String app, long id) {
        GetBroadcastRequest request =
                GetBroadcastRequest.newBuilder().setApp(app).setTask(known(id)).build();
        return found(id, savers.ofApp(app, BroadcastStoreGrpc.getGetBroadcastMethod(), request));
    }

    /** Newest first. */
    CompletableFuture<ListBroadcastsReply> list(String app, Page page, boolean unfinished) {
        ListBroadcastsRequest request = ListBroadcastsRequest.newBuilder()
                .setApp(app)
                .setBeforeTask(page.position())
                .setMaxEntries(page.size())
                .setUnfinished(unfinished)
                .build();
        return savers.ofApp(app, BroadcastStoreGrpc.getListBroadcastsMethod(), request);
    }

    CompletableFuture<BroadcastTask> change(String app, long id, TaskState state) {
        ChangeBroadcastRequest request = ChangeBroadcastRequest.newBuilder()
                .setApp(app)
                .setTask(known(id))
                .setState(state)
                .build();
        return found(id, savers.ofApp(app, BroadcastStoreGrpc.getChangeBroadcastMethod(), request))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(Repeats.refusalOf(failure))));
    }

    /** Savers' names of states begin with TASK_, the API's do not. */
    private static HawserException told(HawserException refusal) {
        return refusal.code() == ErrorCode.FAILED_PRECONDITION
                ? HawserException.refusal(
                        refusal.code(), String.valueOf(refusal.getMessage()).replace("TASK_", ""))
                : refusal;
    }

    private static long known(long id) {
        if (id <= 0) {
            throw unknown(id);
        }
        return id;
    }

    private static HawserException unknown(long id) {
        return HawserException.refusal(
                ErrorCode.NOT_FOUND,
                "id: " + Long.toUnsignedString(id) + " (expected: that of a broadcast of the app)");
    }

    private static CompletableFuture<BroadcastTask> found(long id, CompletableFuture<BroadcastTask> call) {
        return call.exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                Repeats.refusalOf(failure).code() == ErrorCode.NOT_FOUND ? unknown(id) : failure));
    }

    /** What savers know as a request id is the caller's idempotency key. */
    private static <R> CompletableFuture<R> named(Draft draft, CompletableFuture<R> call) {
        return call.exceptionallyCompose(failure -> {
            HawserException refusal = Repeats.refusalOf(failure);
            return CompletableFuture.failedFuture(
                    refusal.code() == ErrorCode.IDEMPOTENCY_CONFLICT
                            ? HawserException.refusal(
                                    refusal.code(),
                                    "idempotency_key: " + draft.requestId()
                                            + " was used for another broadcast (expected: a new one)")
                            : refusal);
        });
    }
}
