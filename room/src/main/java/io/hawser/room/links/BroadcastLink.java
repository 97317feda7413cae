package io.hawser.room.links;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.room.broadcast.Stores;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.ChangeGroupsReply;
import io.hawser.rpc.v1.ChangeGroupsRequest;
import io.hawser.rpc.v1.EndpointStoreGrpc;
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
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The logs, memberships and cursors, asked of any saver: what concerns a user, of the one that has the user's slot. */
public final class BroadcastLink implements Stores {
    private final LinkClient savers;
    private final Supplier<Duration> openWithin;
    private final Supplier<Duration> timeout;

    /** A link whose calls wait for {@code timeout} each, but for those that a binding waits for. */
    public BroadcastLink(LinkClient savers, Supplier<Duration> openWithin, Supplier<Duration> timeout) {
        this.savers = savers;
        this.openWithin = openWithin;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<OpenEndpointReply> open(OpenEndpointRequest request) {
        Route route = Route.slot(Slot.of(request.getApp(), request.getUser()));
        return savers.call(
                route, EndpointStoreGrpc.getOpenEndpointMethod(), request, request.getApp(), openWithin.get());
    }

    @Override
    public CompletableFuture<ChangeGroupsReply> change(ChangeGroupsRequest request) {
        Route route = Route.slot(Slot.of(request.getApp(), request.getUser()));
        return savers.call(route, EndpointStoreGrpc.getChangeGroupsMethod(), request, request.getApp(), timeout.get());
    }

    @Override
    public CompletableFuture<FollowBroadcastsReply> follow(FollowBroadcastsRequest request) {
        return askAny(BroadcastStoreGrpc.getFollowBroadcastsMethod(), request, "");
    }

    @Override
    public CompletableFuture<ReadBroadcastsReply> read(ReadBroadcastsRequest request) {
        return askAny(BroadcastStoreGrpc.getReadBroadcastsMethod(), request, request.getApp());
    }

    @Override
    public CompletableFuture<SaveCursorsReply> save(SaveCursorsRequest request) {
        return askAny(EndpointStoreGrpc.getSaveCursorsMethod(), request, "");
    }

    @Override
    public CompletableFuture<ReportProgressReply> report(ReportProgressRequest request) {
        return askAny(BroadcastStoreGrpc.getReportProgressMethod(), request, "");
    }

    private <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> askAny(
            MethodDescriptor<Q, R> method, Q request, String app) {
        return savers.call(Route.leastLoaded(), method, request, app, timeout.get());
    }
}
