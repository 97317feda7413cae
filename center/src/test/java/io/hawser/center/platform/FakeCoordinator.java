package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.CoordinatorGrpc;
import io.hawser.rpc.v1.KickUserReply;
import io.hawser.rpc.v1.KickUserRequest;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes kicks down, and ends the sessions that the register tells of; fails as often as it is told. */
public final class FakeCoordinator implements AutoCloseable {
    public final Queue<KickUserRequest> kicks = new ConcurrentLinkedQueue<>();
    public final AtomicInteger failures = new AtomicInteger();
    private final FakeRegister register;
    private final LinkServer server;

    FakeCoordinator(FakeRegister register) {
        this.register = register;
        this.server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(CoordinatorGrpc.getKickUserMethod(), (request, caller) -> {
                    kicks.add(request);
                    return CompletableFuture.completedFuture(kick(request));
                })
                .start("127.0.0.1", 0);
    }

    int port() {
        return server.port();
    }

    private KickUserReply kick(KickUserRequest request) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "kick: not confirmed");
        }
        Whereabouts where = register.whereabouts(request.getUser());
        return KickUserReply.newBuilder()
                .addAllKicked(where.getSessionsList())
                .addAllUnknownRooms(where.getUnknownRoomsList())
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
