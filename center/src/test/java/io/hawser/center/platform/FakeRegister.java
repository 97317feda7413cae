package io.hawser.center.platform;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.online.OnlineParts;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.ListOnlineRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.OnlineUser;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Whereabouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows where users are because the test says so. */
public final class FakeRegister implements AutoCloseable {
    public final Queue<LeaveRequest> left = new ConcurrentLinkedQueue<>();
    public final Queue<ListOnlineRequest> listed = new ConcurrentLinkedQueue<>();
    public final BitSet owned = new BitSet(Slot.COUNT);
    /** Slots of the next counts; then those that it owns. */
    public final Queue<BitSet> countedNext = new ConcurrentLinkedQueue<>();

    /** Slots of which rooms have not told. */
    public final BitSet leftToRooms = new BitSet(Slot.COUNT);

    public final AtomicInteger timesCounted = new AtomicInteger();
    /** Says nothing of slots, as its version knew of none. */
    public volatile boolean saysNoSlots;

    public volatile OnlineCounts counts = OnlineCounts.getDefaultInstance();
    private final Map<String, Whereabouts> users = new ConcurrentHashMap<>();
    private final LinkServer server;

    public FakeRegister() {
        owned.set(0, Slot.COUNT);
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
                .handle(
                        RegisterGrpc.getCountOnlineMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(count()))
                .handle(
                        RegisterGrpc.getListOnlineMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(list(request)))
                .start("127.0.0.1", 0);
    }

    private OnlineCounts count() {
        timesCounted.incrementAndGet();
        return saysNoSlots
                ? counts
                : counts.toBuilder()
                        .setCountedSlots(ByteString.copyFrom(counted().toByteArray()))
                        .setSlotsLeftToRooms(ByteString.copyFrom(leftToRooms.toByteArray()))
                        .build();
    }

    private BitSet counted() {
        BitSet next = countedNext.poll();
        return next == null ? owned : next;
    }

    /** As a register does that looks at 1,024 slots at a time. */
    private ListOnlineReply list(ListOnlineRequest request) {
        listed.add(request);
        int to = Math.min(Slot.COUNT, request.getFromSlot() + 1_024);
        ListOnlineReply looked = ListOnlineReply.newBuilder()
                .addAllUsers(users.keySet().stream()
                        .map(user -> OnlineUser.newBuilder()
                                .setSlot(Slot.of(request.getApp(), user))
                                .setUser(user)
                                .addDevices("phone")
                                .build())
                        .filter(user -> owned.get(user.getSlot()) && isAfter(user, request))
                        .toList())
                .setToSlot(to)
                .setOwnedSlots(ByteString.copyFrom(owned.toByteArray()))
                .build();
        return OnlineParts.merge(List.of(looked), request.getMaxUsers());
    }

    private static boolean isAfter(OnlineUser user, ListOnlineRequest request) {
        return user.getSlot() > request.getFromSlot()
                || (user.getSlot() == request.getFromSlot() && user.getUser().compareTo(request.getAfterUser()) > 0);
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
