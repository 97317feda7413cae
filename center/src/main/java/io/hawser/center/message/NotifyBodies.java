package io.hawser.center.message;

import io.hawser.center.link.Savers;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.PutBodyReply;
import io.hawser.rpc.v1.PutBodyRequest;
import java.util.concurrent.CompletableFuture;

/** Stores what is pulled, before the message that names it. A store whose outcome is unknown is repeated. */
public final class NotifyBodies {
    private final Savers savers;

    public NotifyBodies(Savers savers) {
        this.savers = savers;
    }

    /** Stores a body for one user alone; done at once where there is none to store. */
    public CompletableFuture<Void> storeFor(UserKey user, Notification what, long messageExpiresMs) {
        return what.body() == null
                ? nothing()
                : savers.ofUser(
                                user,
                                BodyStoreGrpc.getPutBodyMethod(),
                                request(user.app().value(), user.user().value(), what, what.body(), messageExpiresMs))
                        .thenApply(NotifyBodies::done);
    }

    /** Stores a body for all users of an app; done at once where there is none to store. */
    public CompletableFuture<Void> storeForAll(String app, Notification what, long messageExpiresMs) {
        return what.body() == null
                ? nothing()
                : savers.any(BodyStoreGrpc.getPutBodyMethod(), request(app, "", what, what.body(), messageExpiresMs))
                        .thenApply(NotifyBodies::done);
    }

    private static PutBodyRequest request(
            String app, String user, Notification what, Body body, long messageExpiresMs) {
        return PutBodyRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setKey(what.key())
                .setBody(body.bytes())
                .setText(body.text())
                .setExpiresMs(what.bodyExpiresMs(messageExpiresMs))
                .build();
    }

    private static CompletableFuture<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    private static Void done(PutBodyReply stored) {
        return null;
    }
}
