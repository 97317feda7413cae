package io.hawser.room.broadcast;

import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.OpenEndpointReply;
import io.hawser.rpc.v1.OpenEndpointRequest;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.ReportProgressReply;
import io.hawser.rpc.v1.ReportProgressRequest;
import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import java.util.concurrent.CompletableFuture;

/**
 * The logs, memberships and cursors, as a room uses them. Each call has a deadline of its own and fails with a {@link
 * io.hawser.wire.HawserException}; its future may complete on any thread.
 */
public interface Stores {
    /** A binding waits for it: its deadline is short. */
    CompletableFuture<OpenEndpointReply> open(OpenEndpointRequest request);

    CompletableFuture<ChangeGroupsReply> change(ChangeGroupsRequest request);

    CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request);

    CompletableFuture<ReadBroadcastsReply> read(ReadBroadcastsRequest request);

    CompletableFuture<SaveCursorsReply> save(SaveCursorsRequest request);

    CompletableFuture<ReportProgressReply> report(ReportProgressRequest request);
}
