package io.hawser.center.message;

import io.hawser.center.link.Savers;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import java.util.concurrent.CompletableFuture;

/** Has it told to back ends that want it when a message was not acknowledged in time. Safe to repeat. */
final class DeliveryWatches {
    private static final String UNDELIVERED = "undelivered";
    private static final long MS_A_SECOND = 1_000;

    private final Savers savers;

    DeliveryWatches(Savers savers) {
        this.savers = savers;
    }

    /** Completes once somebody will look after the message; at once, where nobody wants to hear of it. */
    CompletableFuture<Void> watch(App app, UserKey user, AppendReply stored) {
        long afterMs = undeliveredAfterMs(app);
        if (afterMs == 0) {
            return CompletableFuture.completedFuture(null);
        }
        WatchDeliveryRequest request = WatchDeliveryRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .setSeq(stored.getSeq())
                .setDueMs(stored.getAcceptedMs() + afterMs)
                .build();
        return savers.ofUser(user, OutboxGrpc.getWatchDeliveryMethod(), request).thenApply(reply -> null);
    }

    /** Returns how long after it is stored; 0: nobody wants to hear of it. An event goes to the first callback that names its kind. */
    static long undeliveredAfterMs(App app) {
        return app.getCallbacksList().stream()
                .filter(callback -> callback.getEventsList().contains(UNDELIVERED))
                .mapToLong(callback -> callback.getUndeliveredAfterSeconds() * MS_A_SECOND)
                .findFirst()
                .orElse(0);
    }
}
