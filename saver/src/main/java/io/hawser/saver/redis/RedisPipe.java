package io.hawser.saver.redis;

import java.util.concurrent.CompletableFuture;

/**
 * A way to Redis, used by one lane and on its thread alone. It lives until it is lost: a new one is another pipe, for it
 * may lead elsewhere.
 */
public interface RedisPipe extends WorkingCopy {
    @Override
    default boolean standsIn() {
        return false;
    }

    /**
     * Runs {@code lost} on the lane, once, when the connection has ended, and behind all answers that came through it; at
     * once where it has already.
     */
    void onLost(Runnable lost);

    /**
     * Asks for a sign of life: until it comes, something is in flight. The connection ends where what is there would not
     * be taken for the same any more, for it was a replica in between, or would not be taken at all, for it refuses to
     * write, say.
     */
    void ping();

    /** How many commands are on their way. */
    int inFlight();

    /** Whether commands are on their way and none was answered since this was last asked. */
    boolean quiet();

    /**
     * Whether it ended because a server refuses whatever is to be written, for a reason that does not pass by itself: it
     * cannot write its files, or has fewer replicas than it wants.
     */
    boolean refusesWrites();

    /** Ends the connection; what is in flight fails. */
    CompletableFuture<Void> close();
}
