package io.hawser.room;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsReply;
import io.hawser.rpc.v1.WantedEventsOfApp;
import io.hawser.rpc.v1.WantedEventsReply;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A coordinator that keeps what it is told, and can be told to fail. */
final class StubCoordinator implements AutoCloseable {
    final List<CarryUplinkRequest> uplinks = new CopyOnWriteArrayList<>();
    final List<StateEvent> events = new CopyOnWriteArrayList<>();
    volatile boolean failing;
    private final LinkServer server;

    StubCoordinator() {
        server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(CoordinatorGrpc.getCarryUplinkMethod(), (request, caller) -> carry(request))
                .handle(CoordinatorGrpc.getTellEventsMethod(), (request, caller) -> tell(request.getEventsList()))
                .handle(
                        CoordinatorGrpc.getWantedEventsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(wanted()))
                .start("127.0.0.1", 0);
    }

    Peer peer() {
        return new Peer("coordinator", "coordinator-1", "127.0.0.1", server.port(), 1, "");
    }

    private CompletableFuture<CarryUplinkReply> carry(CarryUplinkRequest request) {
        if (failing) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "test: out"));
        }
        uplinks.add(request);
        return CompletableFuture.completedFuture(
                CarryUplinkReply.newBuilder().setStored(request.getNumber()).build());
    }

    private CompletableFuture<TellEventsReply> tell(List<StateEvent> told) {
        events.addAll(told);
        return CompletableFuture.completedFuture(TellEventsReply.getDefaultInstance());
    }

    private static WantedEventsReply wanted() {
        return WantedEventsReply.newBuilder()
                .addApps(WantedEventsOfApp.newBuilder()
                        .setApp("demo")
                        .addKinds(EventKind.EVENT_DELIVERED)
                        .addKinds(EventKind.EVENT_KICKED))
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
