package io.hawser.rpc.kick;

import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A kick that was not confirmed yet, and who waits to hear of it. Belongs to the courier's thread. */
final class KickInHand {
    final Key key;
    final Kick kick;
    final long sinceNanos;
    private boolean underWay;
    /** Of those who wait to hear, only the last: however often a kick is given, it costs no more. */
    private @Nullable CompletableFuture<Void> asker;

    /** Of one user: a connection's next binding may be another's, and have the same stamp from another lane. */
    record Key(String app, String user, Location location, Stamp stamp) {
        static Key of(Session session) {
            return new Key(session.getApp(), session.getUser(), session.getLocation(), session.getStamp());
        }
    }

    KickInHand(Key key, Kick kick, long sinceNanos) {
        this.key = key;
        this.kick = kick;
        this.sinceNanos = sinceNanos;
    }

    void listen(CompletableFuture<Void> next) {
        refuse("another asks after it", null);
        asker = next;
        if (!underWay) {
            refuse("between two attempts", null);
        }
    }

    void attemptBegins() {
        underWay = true;
    }

    void attemptFailed(Throwable failure) {
        underWay = false;
        refuse("an attempt failed", failure);
    }

    void confirmed() {
        if (asker != null) {
            asker.complete(null);
        }
    }

    private void refuse(String why, @Nullable Throwable cause) {
        if (asker != null) {
            asker.completeExceptionally(notConfirmed(why, cause));
            asker = null;
        }
    }

    static HawserException notConfirmed(String why, @Nullable Throwable cause) {
        String message = "kick: not confirmed, " + why + "; give it again to hear of it";
        return cause == null
                ? HawserException.refusal(ErrorCode.UNAVAILABLE, message)
                : new HawserException(ErrorCode.UNAVAILABLE, message, cause);
    }
}
