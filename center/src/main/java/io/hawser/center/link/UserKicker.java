package io.hawser.center.link;

import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.KickUserReply;
import io.hawser.rpc.v1.KickUserRequest;
import java.util.concurrent.CompletableFuture;

/** Has users kicked, by the coordinator of their slot; repeated until the rooms have confirmed or the budget is spent. */
public final class UserKicker {
    private final LinkClient coordinators;
    private final Repeats repeats;

    public UserKicker(LinkClient coordinators, Repeats repeats) {
        this.coordinators = coordinators;
        this.repeats = repeats;
    }

    /** Completes when nobody is bound any more whom the request means; UNAVAILABLE where that is not known in time. */
    public CompletableFuture<KickUserReply> kick(UserKey user, KickUserRequest request) {
        Route route = Route.slot(user.slot());
        return repeats.run(
                "coordinator",
                timeout -> coordinators.call(
                        route, CoordinatorGrpc.getKickUserMethod(), request, request.getApp(), timeout));
    }
}
