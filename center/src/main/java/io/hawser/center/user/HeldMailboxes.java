package io.hawser.center.user;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.HeldMailbox;
import io.hawser.api.v1.ListHeldMailboxesRequest;
import io.hawser.api.v1.ListHeldMailboxesResponse;
import io.hawser.api.v1.ReleaseMailboxRequest;
import io.hawser.api.v1.ReleaseMailboxResponse;
import io.hawser.center.link.Savers;
import io.hawser.center.operation.Page;
import io.hawser.center.operation.PageToken;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.ListHeldMailboxesReply;
import io.hawser.rpc.v1.SaverGrpc;
import java.util.concurrent.CompletableFuture;

/** Mailboxes that are held back from clients that never acknowledge: listed, and served again. */
final class HeldMailboxes {
    private final Savers savers;

    HeldMailboxes(Savers savers) {
        this.savers = savers;
    }

    CompletableFuture<ListHeldMailboxesResponse> list(String app, ListHeldMailboxesRequest request) {
        String list = "heldMailboxes/" + app;
        io.hawser.rpc.v1.HeldMailbox after = after(list, request.getPageToken());
        var read = io.hawser.rpc.v1.ListHeldMailboxesRequest.newBuilder()
                .setApp(app)
                .setAfterUser(after.getUser())
                .setAfterMailbox(after.getMailbox())
                .setMaxEntries(Page.size(request.getPageSize()))
                .build();
        return savers.ofApp(app, SaverGrpc.getListHeldMailboxesMethod(), read).thenApply(reply -> view(list, reply));
    }

    CompletableFuture<ReleaseMailboxResponse> release(String app, ReleaseMailboxRequest request) {
        UserKey user = UserKey.of(app, request.getUser());
        var release = io.hawser.rpc.v1.ReleaseMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(request.getUser())
                .setMailbox(request.getMailbox())
                .build();
        return savers.ofUser(user, SaverGrpc.getReleaseMailboxMethod(), release)
                .thenApply(reply -> ReleaseMailboxResponse.newBuilder()
                        .setReleased(reply.getReleased())
                        .build());
    }

    private static io.hawser.rpc.v1.HeldMailbox after(String list, String token) {
        try {
            return token.isEmpty()
                    ? io.hawser.rpc.v1.HeldMailbox.getDefaultInstance()
                    : io.hawser.rpc.v1.HeldMailbox.parseFrom(PageToken.read(list, token));
        } catch (InvalidProtocolBufferException e) {
            throw PageToken.refusal(token);
        }
    }

    private static ListHeldMailboxesResponse view(String list, ListHeldMailboxesReply reply) {
        ListHeldMailboxesResponse.Builder view = ListHeldMailboxesResponse.newBuilder();
        reply.getMailboxesList().forEach(held -> view.addMailboxes(view(held)));
        if (reply.getMore()) {
            io.hawser.rpc.v1.HeldMailbox last = reply.getMailboxesList().getLast();
            view.setNextPageToken(PageToken.of(
                    list,
                    io.hawser.rpc.v1.HeldMailbox.newBuilder()
                            .setUser(last.getUser())
                            .setMailbox(last.getMailbox())
                            .build()
                            .toByteArray()));
        }
        return view.build();
    }

    private static HeldMailbox view(io.hawser.rpc.v1.HeldMailbox held) {
        return HeldMailbox.newBuilder()
                .setUser(held.getUser())
                .setMailbox(held.getMailbox())
                .setFruitless(held.getFruitless())
                .setHeldSince(Timestamps.fromMillis(held.getHeldSinceMs()))
                .setHeldUntil(Timestamps.fromMillis(held.getHeldUntilMs()))
                .build();
    }
}
