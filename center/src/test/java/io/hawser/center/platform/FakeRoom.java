package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.RoomTotalsReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Writes pushes down, and takes them but from who is not here. While it is held, it does not answer. */
public final class FakeRoom implements AutoCloseable {
    public final Queue<PushRequest> pushes = new ConcurrentLinkedQueue<>();
    private final Set<String> absent = ConcurrentHashMap.newKeySet();
    private final LinkServer server;
    private volatile CompletableFuture<Void> held = CompletableFuture.completedFuture(null);

    public FakeRoom() {
        server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(RoomGrpc.getPushMethod(), (request, caller) -> {
                    pushes.add(request);
                    return held.thenApply(free -> PushReply.newBuilder()
                            .setOutcome(absent.contains(request.getUser()) ? PushOutcome.NOT_HERE : PushOutcome.WRITTEN)
                            .build());
                })
                .handle(
                        RoomGrpc.getRoomTotalsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(
                                RoomTotalsReply.newBuilder().setConnections(7).build()))
                .start("127.0.0.1", 0);
    }

    public int port() {
        return server.port();
    }

    /** The user's connection ended, and the register does not know. */
    public void lose(String user) {
        absent.add(user);
    }

    public void hold() {
        held = new CompletableFuture<>();
    }

    public void release() {
        held.complete(null);
    }

    @Override
    public void close() {
        release();
        server.close();
    }
}
