package io.hawser.room.connection;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.concurrent.CompletableFuture;

/**
 * The register, as a connection uses it. Each call has a deadline of its own and fails with a
 * {@link io.hawser.wire.HawserException}; its future may complete on any thread.
 */
public interface Sessions {
    /**
     * Records a session that has no stamp, and returns the one it got from the slot's present owner. It is certainly not
     * recorded where that fails with INVALID_ARGUMENT, RESOURCE_EXHAUSTED or NOT_OWNER.
     */
    CompletableFuture<Stamp> enter(Session session);

    /**
     * Asks whether a session, with its stamp, is still held. One that is not, for the register is another by now, is told
     * to it; one that gave way to a newer one is kicked by it.
     *
     * @return whether it was told anew: what was appended meanwhile was not pushed
     */
    CompletableFuture<Boolean> confirm(Session session);

    /**
     * Removes a session where location and stamp match; without a stamp, the same bind. What fails is tried again, and is
     * not the caller's concern.
     *
     * @param awayMs for how long its client was away before
     */
    void leave(Session session, EndReason why, long awayMs);
}
