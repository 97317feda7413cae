package io.hawser.center.message;

import io.hawser.center.link.Savers;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.PutBodyReply;
import io.hawser.rpc.v1.PutBodyRequest;
import java.util.concurrent.CompletableFuture;

/** Stores what is pulled, before the message that names it. A store whose outcome is unknown is repeated. */
final class NotifyBodies {
    private final Savers savers;

    NotifyBodies(Savers savers) {
        this.savers = savers;
    }

    /**
     * Stores a message's body for one user alone; done at once where there is none to store. Fails with
     * IDEMPOTENCY_CONFLICT, and leaves what is stored, where the message's key has stored another body.
     */
    CompletableFuture<Void> storeFor(UserKey user, Draft draft) {
        Notification what = draft.notification();
        return what == null || what.body() == null
                ? nothing()
                : done(
                        draft,
                        savers.ofUser(
                                user,
                                BodyStoreGrpc.getPutBodyMethod(),
                                request(draft, user.user().value(), what, what.body())));
    }

    /** Stores a message's body for all users of an app; else as {@link #storeFor}. */
    CompletableFuture<Void> storeForAll(Draft draft) {
        Notification what = draft.notification();
        return what == null || what.body() == null
                ? nothing()
                : done(draft, savers.any(BodyStoreGrpc.getPutBodyMethod(), request(draft, "", what, what.body())));
    }

    /** A request's own id comes once: there is nothing to remember it for. */
    private static PutBodyRequest request(Draft draft, String user, Notification what, Body body) {
        return PutBodyRequest.newBuilder()
                .setApp(draft.app().getId())
                .setUser(user)
                .setKey(what.key())
                .setRequestId(draft.keyed() ? draft.requestId() : "")
                .setBody(body.bytes())
                .setText(body.text())
                .setExpiresMs(what.bodyExpiresMs(draft.expiresMs()))
                .build();
    }

    private static CompletableFuture<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    private static CompletableFuture<Void> done(Draft draft, CompletableFuture<PutBodyReply> call) {
        return call.<Void>thenApply(stored -> null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(Appender.named(draft, failure)));
    }
}
