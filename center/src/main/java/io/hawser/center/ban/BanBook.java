package io.hawser.center.ban;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.Ban;
import io.hawser.api.v1.ListBansResponse;
import io.hawser.center.access.Authority;
import io.hawser.center.link.Savers;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.center.operation.Page;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.DeleteBanRequest;
import io.hawser.rpc.v1.ListBansReply;
import io.hawser.rpc.v1.ListBansRequest;
import io.hawser.rpc.v1.PutBanRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Bans as the savers keep them. A change by an operator is stored with its entry in the audit log. */
public final class BanBook {
    private static final Duration DELETE_TIMEOUT = Duration.ofSeconds(5);

    private final Managing managing;
    private final Savers savers;
    private final Clock clock;

    public BanBook(Managing managing, Savers savers, Clock clock) {
        this.managing = managing;
        this.savers = savers;
        this.clock = clock;
    }

    /** May be repeated by whoever does not hear: the same ban takes the place of the first. */
    CompletableFuture<Ban> put(Authority by, Deed deed, Wish wish) {
        PutBanRequest.Builder request = PutBanRequest.newBuilder()
                .setBan(io.hawser.rpc.v1.Ban.newBuilder()
                        .setApp(by.app().getId())
                        .setUser(wish.user())
                        .setDevice(wish.device())
                        .setNetwork(wish.network())
                        .setReason(wish.reason())
                        .setExpiresMs(wish.ttlMs() == 0 ? 0 : clock.millis() + wish.ttlMs())
                        .setCreatedBy(by.actor()));
        if (by.byOperator()) {
            request.setAudit(managing.entry(by, deed, target(wish)));
        }
        return savers.any(BanStoreGrpc.getPutBanMethod(), request.build()).thenApply(BanBook::view);
    }

    CompletableFuture<ListBansResponse> list(String app, int pageSize, String pageToken) {
        Page page = Page.of("bans/" + app, pageSize, pageToken);
        ListBansRequest request = ListBansRequest.newBuilder()
                .setApp(app)
                .setAfterId(page.position())
                .setMaxEntries(page.size())
                .build();
        return savers.any(BanStoreGrpc.getListBansMethod(), request).thenApply(reply -> view(reply, page));
    }

    /** Once: a second attempt would not find what the first one lifted unheard. */
    CompletableFuture<Ban> delete(Authority by, Deed deed, long id) {
        DeleteBanRequest.Builder request =
                DeleteBanRequest.newBuilder().setApp(by.app().getId()).setId(id);
        if (by.byOperator()) {
            request.setAudit(managing.entry(by, deed, ""));
        }
        return savers.anyOnce(BanStoreGrpc.getDeleteBanMethod(), request.build(), DELETE_TIMEOUT)
                .thenApply(BanBook::view);
    }

    private static String target(Wish wish) {
        if (!wish.network().isEmpty()) {
            return "network " + wish.network();
        }
        return "user " + wish.user() + (wish.device().isEmpty() ? "" : ", device " + wish.device());
    }

    private static ListBansResponse view(ListBansReply reply, Page page) {
        ListBansResponse.Builder view = ListBansResponse.newBuilder();
        reply.getBansList().forEach(ban -> view.addBans(view(ban)));
        if (reply.getBansCount() == page.size()) {
            view.setNextPageToken(page.next(reply.getBansList().getLast().getId()));
        }
        return view.build();
    }

    private static Ban view(io.hawser.rpc.v1.Ban ban) {
        Ban.Builder view = Ban.newBuilder()
                .setId(ban.getId())
                .setApp(ban.getApp())
                .setUser(ban.getUser())
                .setDevice(ban.getDevice())
                .setNetwork(ban.getNetwork())
                .setReason(ban.getReason())
                .setCreated(Timestamps.fromMillis(ban.getCreatedMs()))
                .setCreatedBy(ban.getCreatedBy());
        return ban.getExpiresMs() == 0
                ? view.build()
                : view.setExpires(Timestamps.fromMillis(ban.getExpiresMs())).build();
    }
}
