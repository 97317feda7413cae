package io.hawser.center.message;

import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;

/** Has messages stored. An append whose outcome is unknown is repeated under the same request id. */
final class Appender {
    private final Savers savers;

    Appender(Savers savers) {
        this.savers = savers;
    }

    CompletableFuture<AppendReply> append(Draft draft, Addressee to) {
        App app = draft.app();
        AppendRequest request = AppendRequest.newBuilder()
                .setApp(app.getId())
                .setUser(to.user().user().value())
                .setMailbox(to.mailbox())
                .setRequestId(draft.requestId())
                .setKeyed(draft.keyed())
                .setBodyHash(draft.bodyHash().to(to.mailbox()))
                .setContent(draft.content())
                .setExpiresMs(draft.expiresMs())
                .setCollapseKey(draft.collapseKey())
                .setUserMustExist(app.getUsersMustExist())
                .setMaxMessages(app.getMaxMailboxMessages())
                .setMaxBytes(app.getMaxMailboxBytes())
                .setDropOldest(app.getDropOldest())
                .setAvailable(app.getAvailable())
                .setWatchMs(app.getAvailable() ? DeliveryWatches.undeliveredAfterMs(app) : 0)
                .build();
        // What a saver spooled without an answer is known to whoever gets the repeat for as long as that may take.
        AppendRequest again =
                app.getAvailable() ? request.toBuilder().setKeyed(true).build() : request;
        return savers.ofUser(to.user(), SaverGrpc.getAppendMethod(), request, again)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(named(draft, failure)));
    }

    /** What savers know as a request id is the caller's idempotency key. */
    static Throwable named(Draft draft, Throwable failure) {
        HawserException refusal = Repeats.refusalOf(failure);
        return refusal.code() == ErrorCode.IDEMPOTENCY_CONFLICT
                ? HawserException.refusal(
                        refusal.code(),
                        "idempotency_key: " + draft.requestId() + " was used for another send (expected: a new one)")
                : refusal;
    }
}
