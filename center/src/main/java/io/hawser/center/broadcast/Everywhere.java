package io.hawser.center.broadcast;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.Broadcast;
import io.hawser.api.v1.Broadcast.State;
import io.hawser.api.v1.Durability;
import io.hawser.center.broadcast.Reach.Members;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.RoomGrpc;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Hands a TRANSIENT broadcast to every room at once. It is nowhere afterwards. */
final class Everywhere {
    /** A room has so long to write it to its connections. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final LinkClient rooms;
    private final Clock clock;

    Everywhere(LinkClient rooms, Clock clock) {
        this.rooms = rooms;
        this.clock = clock;
    }

    /** Never fails: a room that does not answer in time is counted as missing. */
    CompletableFuture<Broadcast> push(Order order, Members members) {
        PushBroadcastRequest request = PushBroadcastRequest.newBuilder()
                .setApp(order.draft().app().getId())
                .addAllGroups(members.groups())
                .setContent(order.draft().content())
                .build();
        List<CompletableFuture<Optional<PushBroadcastReply>>> pushed = rooms.membership().view().peers().stream()
                .map(room -> push(room, request))
                .toList();
        return CompletableFuture.allOf(pushed.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        view(order, pushed.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<Optional<PushBroadcastReply>> push(Peer room, PushBroadcastRequest request) {
        return rooms.call(
                        Route.peer(room.name()), RoomGrpc.getPushBroadcastMethod(), request, request.getApp(), TIMEOUT)
                .handle((reply, failure) -> Optional.ofNullable(reply));
    }

    private Broadcast view(Order order, List<Optional<PushBroadcastReply>> rooms) {
        List<PushBroadcastReply> answered =
                rooms.stream().flatMap(Optional::stream).toList();
        return Broadcast.newBuilder()
                .setState(State.DONE)
                .setDone(true)
                .setAudience(order.reach().view())
                .setAccepted(Timestamps.fromMillis(clock.millis()))
                .setCreatedBy(order.by())
                .setDurability(Durability.NONE)
                .setWritten(answered.stream()
                        .mapToLong(PushBroadcastReply::getWritten)
                        .sum())
                .setDropped(answered.stream()
                        .mapToLong(PushBroadcastReply::getDropped)
                        .sum())
                .setRoomsMissing(rooms.size() - answered.size())
                .build();
    }
}
