package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.GiveCommandReply;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.rpc.v1.PaceGrant;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.RoomTotalsReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes pushes down, and takes them but from who is not here. While it is held, it does not answer. */
public final class FakeRoom implements AutoCloseable {
    public final Queue<PushRequest> pushes = new ConcurrentLinkedQueue<>();
    public final Queue<PaceGrant> grants = new ConcurrentLinkedQueue<>();
    public final Queue<PushBroadcastRequest> broadcasts = new ConcurrentLinkedQueue<>();
    public final List<GiveCommandRequest> commands = new CopyOnWriteArrayList<>();
    private final Set<String> absent = ConcurrentHashMap.newKeySet();
    private final LinkServer server;
    private volatile CompletableFuture<Void> held = CompletableFuture.completedFuture(null);
    private final Set<Long> finished = ConcurrentHashMap.newKeySet();

    public FakeRoom() {
        server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(RoomGrpc.getPushMethod(), (request, caller) -> {
                    pushes.add(request);
                    return held.thenApply(free -> PushReply.newBuilder()
                            .setOutcome(absent.contains(request.getUser()) ? PushOutcome.NOT_HERE : PushOutcome.WRITTEN)
                            .build());
                })
                .handle(RoomGrpc.getGrantPaceMethod(), (request, caller) -> {
                    grants.add(request);
                    boolean over = finished.contains(request.getBseq());
                    return CompletableFuture.completedFuture(PaceReport.newBuilder()
                            .setTargeted(3)
                            .setRemaining(over ? 0 : 3)
                            .setFinished(over)
                            .build());
                })
                .handle(RoomGrpc.getPushBroadcastMethod(), (request, caller) -> {
                    broadcasts.add(request);
                    return CompletableFuture.completedFuture(PushBroadcastReply.newBuilder()
                            .setWritten(3)
                            .setDropped(1)
                            .build());
                })
                .handle(RoomGrpc.getGiveCommandMethod(), (request, caller) -> {
                    commands.add(request);
                    return CompletableFuture.completedFuture(
                            GiveCommandReply.newBuilder().setTold(1).build());
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

    /** Nobody here waits for the entry any more. */
    public void finish(long bseq) {
        finished.add(bseq);
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
