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
    private State state = State.WAITING;
    private int rests;
    /** Of those who wait to hear, only the last: however often a kick is given, it costs no more. */
    private @Nullable CompletableFuture<Void> asker;

    private enum State {
        WAITING,
        UNDER_WAY,
        RESTING
    }

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

    /** @param refusal what it can be told at once, where no attempt is about to tell more */
    void listen(CompletableFuture<Void> next, @Nullable HawserException refusal) {
        if (asker != null) {
            refuse(notYet("another asks after it", null));
        }
        asker = next;
        if (refusal != null) {
            refuse(refusal);
        }
    }

    boolean isUnderWay() {
        return state == State.UNDER_WAY;
    }

    boolean isResting() {
        return state == State.RESTING;
    }

    void attemptBegins() {
        state = State.UNDER_WAY;
    }

    /** The room does not answer: it waits, with all others for the room. */
    void notAnswered(Throwable cause) {
        state = State.WAITING;
        refuse(silence(cause));
    }

    /** The room has answered, and does not take it yet. */
    void rests(Throwable cause) {
        state = State.RESTING;
        refuse(notYet("the room does not take it yet", cause));
    }

    void returns() {
        state = State.WAITING;
    }

    /** How often it alone was put off; counts this time. */
    int countRest() {
        return rests++;
    }

    void confirmed() {
        if (asker != null) {
            asker.complete(null);
        }
    }

    void refuse(HawserException refusal) {
        if (asker != null) {
            asker.completeExceptionally(refusal);
            asker = null;
        }
    }

    static HawserException stopped() {
        return notConfirmed(ErrorCode.UNAVAILABLE, "the courier has stopped", null);
    }

    static HawserException silence(@Nullable Throwable cause) {
        return notConfirmed(ErrorCode.UNAVAILABLE, "the room does not answer", cause);
    }

    /** Of this kick alone: whoever carries kicks to here is not to wait with others. */
    static HawserException notYet(String why, @Nullable Throwable cause) {
        return notConfirmed(ErrorCode.FAILED_PRECONDITION, why, cause);
    }

    private static HawserException notConfirmed(ErrorCode code, String why, @Nullable Throwable cause) {
        String message = "kick: not confirmed, " + why + "; give it again to hear of it";
        return cause == null ? HawserException.refusal(code, message) : new HawserException(code, message, cause);
    }
}
