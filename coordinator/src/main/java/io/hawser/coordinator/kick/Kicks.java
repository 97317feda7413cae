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
 * <p>The answer to {@code CarryKick} says that the room has confirmed. Until then the register has the kick in hand too,
 * and gives it again: what is in this memory alone would be lost with the process.
 */
public final class Kicks implements AutoCloseable {
    private final LinkClient rooms;
    private final KickCourier courier;

    public Kicks(CourierSettings settings, LinkClient rooms, MeterRegistry meters) {
        this.rooms = rooms;
        this.courier = new KickCourier(settings, this::endBinding, rooms.membership(), meters);
    }

    /** Goes by other settings from now on. */
    public void configure(CourierSettings settings) {
        courier.configure(settings);
    }

    /**
     * Serves {@code CarryKick}; fails with INVALID_ARGUMENT, RESOURCE_EXHAUSTED, or UNAVAILABLE when an attempt failed,
     * or once closed.
     */
    public CompletionStage<CarryKickReply> carry(Kick kick, Caller caller) {
        Location location = kick.getSession().getLocation();
        if (location.getRoom().isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "session.location.room: empty (expected: a room's name)");
        }
        return courier.confirm(kick).thenApply(confirmed -> CarryKickReply.getDefaultInstance());
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
