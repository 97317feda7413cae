package io.hawser.center.message;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.Durability;
import io.hawser.api.v1.SendResponse;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** Sends one message to one user: append, answer, then push (R3). */
public final class Sends {
    private final NotifyBodies bodies;
    private final Appender appender;
    private final DeliveryWatches watches;
    private final Pushes pushes;
    private final Clock clock;

    Sends(NotifyBodies bodies, Appender appender, DeliveryWatches watches, Pushes pushes, Clock clock) {
        this.bodies = bodies;
        this.appender = appender;
        this.watches = watches;
        this.pushes = pushes;
        this.clock = clock;
    }

    /**
     * A send under way.
     *
     * @param response completes once the message is stored, or was handed to the connections there are
     * @param afterAnswer to be run once the caller has the answer, or will have it without further ado
     */
    public record Sent(SendResponse response, Runnable afterAnswer) {}

    /** Stores what is to be pulled, for this user alone, and sends. */
    CompletableFuture<Sent> sendWhole(Draft draft, Addressee to) {
        return bodies.storeFor(to.user(), draft).thenCompose(stored -> send(draft, to));
    }

    /** Stores what is to be pulled, for all users of the app, before it is sent to many of them. */
    public CompletableFuture<Void> prepareForMany(Draft draft) {
        return bodies.storeForAll(draft);
    }

    /** Sends; what is to be pulled is stored already. */
    public CompletableFuture<Sent> send(Draft draft, Addressee to) {
        return draft.isTransient() ? sendTransient(draft, to) : store(draft, to);
    }

    /** Whether a send was refused for what it is, or whom it is for, and not for the platform's present state. */
    public static boolean refusesForGood(HawserException refusal) {
        return switch (refusal.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, NOT_OWNER, DRAINING, CANCELLED -> false;
            default -> true;
        };
    }

    private CompletableFuture<Sent> store(Draft draft, Addressee to) {
        return appender.append(draft, to)
                .thenCompose(stored -> stored.getSeq() == 0
                        ? CompletableFuture.completedFuture(spooled(stored))
                        : watched(draft, to, stored));
    }

    /** It is in no mailbox yet, and has no name: when it is, the saver pushes it. */
    private static Sent spooled(AppendReply stored) {
        return new Sent(accepted(stored).build(), () -> {});
    }

    /** A caller that is told of a failure sends again; what is stored goes its way meanwhile. */
    private CompletableFuture<Sent> watched(Draft draft, Addressee to, AppendReply stored) {
        Runnable push = () -> pushes.stored(draft, to, stored);
        return watches.watch(draft.app(), to.user(), stored)
                .thenApply(watched -> new Sent(response(to, stored), push))
                .exceptionallyCompose(failure -> {
                    push.run();
                    return CompletableFuture.failedFuture(failure);
                });
    }

    private CompletableFuture<Sent> sendTransient(Draft draft, Addressee to) {
        return pushes.transientTo(draft, to)
                .thenApply(written -> new Sent(
                        SendResponse.newBuilder()
                                .setAccepted(Timestamps.fromMillis(clock.millis()))
                                .setDurability(Durability.NONE)
                                .setWritten(written)
                                .build(),
                        () -> {}));
    }

    private static SendResponse response(Addressee to, AppendReply stored) {
        SendResponse.Builder response = accepted(stored).setName(MessageName.of(to.user(), stored.getSeq()));
        return stored.getRepeated() ? response.setRepeated(true).build() : response.build();
    }

    private static SendResponse.Builder accepted(AppendReply stored) {
        return SendResponse.newBuilder()
                .setAccepted(Timestamps.fromMillis(stored.getAcceptedMs()))
                .setDurability(durability(stored));
    }

    private static Durability durability(AppendReply stored) {
        return switch (stored.getDurability()) {
            case STRICT -> Durability.STRICT;
            case DATABASE_ONLY -> Durability.DATABASE_ONLY;
            case SPOOLED -> Durability.SPOOLED;
            case DURABILITY_UNSPECIFIED, UNRECOGNIZED -> Durability.DURABILITY_UNSPECIFIED;
        };
    }
}
