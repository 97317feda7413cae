package io.hawser.rpc.event;

import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.WantedEventsReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The coordinators, as those who tell events need them. */
interface Coordinators {
    /** Names who owns the slot now; empty: nobody is alive. */
    String owner(int slot);

    /** Completes once the coordinator of this name has taken the events, with how many of them are lost for want of room. */
    CompletableFuture<Integer> tell(String coordinator, List<StateEvent> events, Duration timeout);

    CompletableFuture<WantedEventsReply> wanted(Duration timeout);
}
