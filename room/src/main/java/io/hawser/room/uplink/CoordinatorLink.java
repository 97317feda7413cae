package io.hawser.room.uplink;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.CoordinatorGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Uplinks, told to the coordinator that owns the user's slot. */
public final class CoordinatorLink implements UplinkCarrier {
    private final LinkClient coordinators;

    public CoordinatorLink(LinkClient coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public CompletableFuture<CarryUplinkReply> carry(CarryUplinkRequest uplink, Duration within) {
        return coordinators.call(
                Route.slot(Slot.of(uplink.getApp(), uplink.getUser())),
                CoordinatorGrpc.getCarryUplinkMethod(),
                uplink,
                uplink.getApp(),
                within);
    }
}
