package io.hawser.coordinator.kick;

import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.kick.KickCourier;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.CarryKickReply;
import io.hawser.rpc.v1.EndBindingReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes kicks over and brings each to its room, until the room confirms or that life of it is over.
 *
 * <p>The answer to {@code CarryKick} says that this coordinator has it in hand, not that it was done: whoever asked need
 * not repeat it any more.
 */
public final class Kicks implements AutoCloseable {
    private final LinkClient rooms;
    private final KickCourier courier;

    public Kicks(CourierSettings settings, LinkClient rooms, MeterRegistry meters) {
        this.rooms = rooms;
        this.courier = new KickCourier(settings, this::endBinding, rooms.membership(), meters);
    }

    /** Serves {@code CarryKick}; fails with INVALID_ARGUMENT, RESOURCE_EXHAUSTED, or UNAVAILABLE once closed. */
    public CompletionStage<CarryKickReply> carry(Kick kick, Caller caller) {
        Location location = kick.getSession().getLocation();
        if (location.getRoom().isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "session.location.room: empty (expected: a room's name)");
        }
        courier.carry(kick);
        return CompletableFuture.completedFuture(CarryKickReply.getDefaultInstance());
    }

    /** Waits until all kicks in hand are confirmed, or {@code atMost} is over. */
    public void drain(Duration atMost) {
        courier.drain(atMost);
    }

    @Override
    public void close() {
        courier.close();
    }

    private CompletableFuture<EndBindingReply> endBinding(Kick kick, Duration timeout) {
        return rooms.call(
                Route.peer(kick.getSession().getLocation().getRoom()),
                RoomGrpc.getEndBindingMethod(),
                kick,
                kick.getSession().getApp(),
                timeout);
    }
}
