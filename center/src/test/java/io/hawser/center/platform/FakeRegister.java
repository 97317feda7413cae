package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Whereabouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Knows where users are because the test says so. */
public final class FakeRegister implements AutoCloseable {
    public final Queue<LeaveRequest> left = new ConcurrentLinkedQueue<>();
    private final Map<String, Whereabouts> users = new ConcurrentHashMap<>();
    private final LinkServer server;

    public FakeRegister() {
        server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(RegisterGrpc.getLookupMethod(), (request, caller) -> {
                    LookupReply.Builder reply = LookupReply.newBuilder();
                    request.getUsersList()
                            .forEach(user -> reply.addUsers(
                                    users.getOrDefault(user.getUser(), Whereabouts.getDefaultInstance())));
                    return CompletableFuture.completedFuture(reply.build());
                })
                .handle(RegisterGrpc.getLeaveMethod(), (request, caller) -> {
                    left.add(request);
                    users.remove(request.getSession().getUser());
                    return CompletableFuture.completedFuture(
                            LeaveReply.newBuilder().setRemoved(true).build());
                })
                .handle(
                        RegisterGrpc.getTotalsMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(RegisterTotals.newBuilder()
                                .setSessions(users.size())
                                .build()))
                .start("127.0.0.1", 0);
    }

    public int port() {
        return server.port();
    }

    Whereabouts whereabouts(String user) {
        return users.getOrDefault(user, Whereabouts.getDefaultInstance());
    }

    public void say(String user, Whereabouts where) {
        users.put(user, where);
    }

    @Override
    public void close() {
        server.close();
    }
}
