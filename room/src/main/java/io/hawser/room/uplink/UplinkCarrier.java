package io.hawser.room.uplink;

import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Takes uplinks to the coordinators. */
public interface UplinkCarrier {
    /**
     * Completes, on any thread, once the uplink is stored, or was tried where it has no number; fails with a {@link
     * io.hawser.wire.HawserException}.
     */
    CompletableFuture<CarryUplinkReply> carry(CarryUplinkRequest uplink, Duration within);
}
