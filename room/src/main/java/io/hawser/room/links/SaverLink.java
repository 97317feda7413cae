package io.hawser.room.links;

import io.hawser.room.connection.Mailboxes;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.SaverGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The mailboxes, asked of the saver that owns the user's slot. */
public final class SaverLink implements Mailboxes {
    private final LinkClient savers;
    private final Duration timeout;

    /** A link whose calls wait for {@code timeout} each. */
    public SaverLink(LinkClient savers, Duration timeout) {
        this.savers = savers;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<OpenMailboxReply> open(OpenMailboxRequest request) {
        return savers.call(
                owner(request.getApp(), request.getUser()),
                SaverGrpc.getOpenMailboxMethod(),
                request,
                request.getApp(),
                timeout);
    }

    @Override
    public CompletableFuture<LoadReply> load(LoadRequest request) {
        return savers.call(
                owner(request.getApp(), request.getUser()),
                SaverGrpc.getLoadMethod(),
                request,
                request.getApp(),
                timeout);
    }

    @Override
    public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
        return savers.call(
                owner(request.getApp(), request.getUser()),
                SaverGrpc.getAcknowledgeMethod(),
                request,
                request.getApp(),
                timeout);
    }

    @Override
    public CompletableFuture<ForgetMailboxReply> forget(ForgetMailboxRequest request) {
        return savers.call(
                owner(request.getApp(), request.getUser()),
                SaverGrpc.getForgetMailboxMethod(),
                request,
                request.getApp(),
                timeout);
    }

    private static Route owner(String app, String user) {
        return Route.slot(Slot.of(app, user));
    }
}
