package io.hawser.keeper.registry;

import java.util.concurrent.CompletableFuture;

/** Asks a peer itself whether it is there, past ZooKeeper. */
@FunctionalInterface
interface Probe {
    /** Returns true when something answers at the peer's address; completes within a bound and never fails. */
    CompletableFuture<Boolean> answers(Registration peer);
}
