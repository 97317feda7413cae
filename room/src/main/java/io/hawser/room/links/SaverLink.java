package io.hawser.room.links;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.room.connection.Mailboxes;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.rpc.v1.SaverGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The mailboxes, asked of the saver that owns the user's slot. */
public final class SaverLink implements Mailboxes {
    private final LinkClient savers;
    private final Supplier<Duration> timeout;

    /** A link whose calls wait for {@code timeout} each, which is asked before each. */
    public SaverLink(LinkClient savers, Supplier<Duration> timeout) {
        this.savers = savers;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<OpenMailboxReply> open(OpenMailboxRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getOpenMailboxMethod(), request);
    }

    @Override
    public CompletableFuture<LoadReply> load(LoadRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getLoadMethod(), request);
    }

    @Override
    public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getAcknowledgeMethod(), request);
    }

    @Override
    public CompletableFuture<ForgetMailboxReply> forget(ForgetMailboxRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getForgetMailboxMethod(), request);
    }

    @Override
    public CompletableFuture<CountFruitlessReply> countFruitless(CountFruitlessRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getCountFruitlessMethod(), request);
    }

    @Override
    public CompletableFuture<ReleaseMailboxReply> release(ReleaseMailboxRequest request) {
        return askOwner(request.getApp(), request.getUser(), SaverGrpc.getReleaseMailboxMethod(), request);
    }

    private <Q extends MessageLite, R extends MessageLite> CompletableFuture<R> askOwner(
            String app, String user, MethodDescriptor<Q, R> method, Q request) {
        return savers.call(Route.slot(Slot.of(app, user)), method, request, app, timeout.get());
    }
}
