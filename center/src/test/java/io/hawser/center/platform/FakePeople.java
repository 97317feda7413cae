package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.DeleteBanRequest;
import io.hawser.rpc.v1.EraseUserReply;
import io.hawser.rpc.v1.HeldMailbox;
import io.hawser.rpc.v1.ListBansReply;
import io.hawser.rpc.v1.ListBansRequest;
import io.hawser.rpc.v1.ListHeldMailboxesReply;
import io.hawser.rpc.v1.ListHeldMailboxesRequest;
import io.hawser.rpc.v1.PutBanRequest;
import io.hawser.rpc.v1.PutBodyReply;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/** Bans, bodies and erasures, in memory. */
public final class FakePeople {
    public final Queue<PutBodyRequest> bodies = new ConcurrentLinkedQueue<>();
    public final Queue<String> erased = new ConcurrentLinkedQueue<>();
    public final Queue<AuditEntry> banAudit = new ConcurrentLinkedQueue<>();
    private final Map<Long, Ban> bans = new TreeMap<>();
    private final ConcurrentSkipListMap<String, HeldMailbox> held = new ConcurrentSkipListMap<>();

    void serve(LinkServer.Builder server) {
        server.handle(
                        SaverGrpc.getListHeldMailboxesMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(held(request)))
                .handle(
                        SaverGrpc.getReleaseMailboxMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(ReleaseMailboxReply.newBuilder()
                                .setReleased(held.remove(request.getUser()) != null)
                                .build()))
                .handle(
                        BanStoreGrpc.getPutBanMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(put(request)))
                .handle(
                        BanStoreGrpc.getDeleteBanMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(delete(request)))
                .handle(
                        BanStoreGrpc.getListBansMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(list(request)))
                .handle(BodyStoreGrpc.getPutBodyMethod(), (request, caller) -> {
                    putBody(request);
                    return CompletableFuture.completedFuture(PutBodyReply.getDefaultInstance());
                })
                .handle(SaverGrpc.getEraseUserMethod(), (request, caller) -> {
                    erased.add(request.getUser());
                    return CompletableFuture.completedFuture(
                            EraseUserReply.newBuilder().setErased(true).build());
                });
    }

    /** A request that names itself stands for one body under a key. */
    private synchronized void putBody(PutBodyRequest request) {
        boolean another = !request.getRequestId().isEmpty()
                && bodies.stream()
                        .anyMatch(body -> body.getRequestId().equals(request.getRequestId())
                                && body.getKey().equals(request.getKey())
                                && body.getUser().equals(request.getUser())
                                && !body.getBody().equals(request.getBody()));
        if (another) {
            throw HawserException.refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "request_id: used for another body");
        }
        bodies.add(request);
    }

    /** A user's mailbox is held. */
    public void hold(String user) {
        held.put(
                user,
                HeldMailbox.newBuilder()
                        .setUser(user)
                        .setMailbox("user")
                        .setFruitless(3)
                        .setHeldSinceMs(1_790_000_000_000L)
                        .setHeldUntilMs(1_790_000_060_000L)
                        .build());
    }

    private ListHeldMailboxesReply held(ListHeldMailboxesRequest request) {
        List<HeldMailbox> after =
                List.copyOf(held.tailMap(request.getAfterUser(), false).values());
        return ListHeldMailboxesReply.newBuilder()
                .addAllMailboxes(after.subList(0, Math.min(after.size(), request.getMaxEntries())))
                .setMore(after.size() > request.getMaxEntries())
                .build();
    }

    private synchronized Ban put(PutBanRequest request) {
        if (request.hasAudit()) {
            banAudit.add(request.getAudit());
        }
        long id = bans.size() + 1L;
        Ban ban = request.getBan().toBuilder().setId(id).setCreatedMs(1).build();
        bans.put(id, ban);
        return ban;
    }

    private synchronized Ban delete(DeleteBanRequest request) {
        if (request.hasAudit()) {
            banAudit.add(request.getAudit());
        }
        Ban ban = bans.get(request.getId());
        if (ban == null || !ban.getApp().equals(request.getApp())) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND, "id: " + request.getId() + " (expected: a ban in force)");
        }
        bans.remove(request.getId());
        return ban;
    }

    private synchronized ListBansReply list(ListBansRequest request) {
        return ListBansReply.newBuilder()
                .addAllBans(bans.values().stream()
                        .filter(ban -> ban.getApp().equals(request.getApp()) && ban.getId() > request.getAfterId())
                        .limit(request.getMaxEntries())
                        .toList())
                .build();
    }
}
