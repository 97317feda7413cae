package io.hawser.center.user;

import io.hawser.api.v1.EraseUserResponse;
import io.hawser.center.access.Authority;
import io.hawser.center.link.Savers;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.EraseUserRequest;
import io.hawser.rpc.v1.SaverGrpc;
import java.util.concurrent.CompletableFuture;

/** Ends users: the entry in the audit log first, then their sessions, then what is kept. Each step may be repeated. */
final class Erasures {
    private final Managing managing;
    private final Kicks kicks;
    private final Savers savers;

    Erasures(Managing managing, Kicks kicks, Savers savers) {
        this.managing = managing;
        this.kicks = kicks;
        this.savers = savers;
    }

    CompletableFuture<EraseUserResponse> erase(Authority by, Deed deed, String name) {
        UserKey user = UserKey.of(by.app().getId(), name);
        EraseUserRequest request = EraseUserRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .build();
        return managing.insist(by, deed, "")
                .thenCompose(noted -> kicks.kickAll(by, user))
                .thenCompose(kicked -> savers.ofUser(user, SaverGrpc.getEraseUserMethod(), request)
                        .thenApply(erased -> EraseUserResponse.newBuilder()
                                .setErased(erased.getErased())
                                .addAllUnknownRooms(kicked.getUnknownRoomsList())
                                .build()));
    }
}
