package io.hawser.room;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A dispatcher that keeps what rooms report, and knows the other rooms that it is told. */
final class StubDispatcher implements AutoCloseable {
    final List<RoomLoad> reports = new CopyOnWriteArrayList<>();
    volatile List<String> alternatives = List.of();
    /** By what is spoken there. */
    volatile Map<String, List<String>> otherAlternatives = Map.of();

    private final LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
            .handle(DispatcherGrpc.getReportLoadMethod(), (load, caller) -> {
                reports.add(load);
                return CompletableFuture.completedFuture(
                        load.getDraining() ? others() : ReportLoadReply.getDefaultInstance());
            })
            .start("127.0.0.1", 0);

    private ReportLoadReply others() {
        ReportLoadReply.Builder reply = ReportLoadReply.newBuilder().addAllAlternatives(alternatives);
        otherAlternatives.forEach((transport, addresses) -> reply.addOtherAlternatives(
                TransportAddresses.newBuilder().setTransport(transport).addAllAddresses(addresses)));
        return reply.build();
    }

    Peer peer() {
        return new Peer("dispatcher", "dispatcher-1", "127.0.0.1", server.port(), 1, "");
    }

    /** Returns the newest report. */
    RoomLoad latest() {
        return reports.isEmpty() ? RoomLoad.getDefaultInstance() : reports.getLast();
    }

    @Override
    public void close() {
        server.close();
    }
}
