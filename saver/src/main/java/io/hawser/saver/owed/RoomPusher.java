package io.hawser.saver.owed;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.LeaveRequest;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.hawser.saver.log.Pusher;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the register where the user is, and tells those rooms that there is something to load. */
public final class RoomPusher implements Pusher {
    private static final Logger LOG = LoggerFactory.getLogger(RoomPusher.class);

    private final LinkClient register;
    private final LinkClient rooms;
    private final Duration timeout;

    public RoomPusher(LinkClient register, LinkClient rooms, Duration timeout) {
        this.register = register;
        this.rooms = rooms;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Boolean> push(String app, String user, long seq) {
        return lookUp(app, user).thenCompose(reply -> pushTo(reply, seq));
    }

    @Override
    public CompletionStage<Set<String>> mailboxesRead(String app, String user) {
        return lookUp(app, user).thenApply(reply -> {
            if (!isSure(reply)) {
                throw HawserException.refusal(ErrorCode.UNAVAILABLE, "register: is not sure where the user is");
            }
            return reply.getUsers(0).getSessionsList().stream()
                    .map(Session::getMailbox)
                    .collect(Collectors.toUnmodifiableSet());
        });
    }

    private CompletableFuture<LookupReply> lookUp(String app, String user) {
        LookupRequest lookup = LookupRequest.newBuilder()
                .addUsers(UserKey.newBuilder().setApp(app).setUser(user))
                .build();
        return register.call(Route.slot(Slot.of(app, user)), RegisterGrpc.getLookupMethod(), lookup, app, timeout);
    }

    /** Else the register is about to know more. */
    private static boolean isSure(LookupReply reply) {
        return reply.getUsersCount() == 1
                && !reply.getUsers(0).getNotOwner()
                && reply.getUsers(0).getUnknownRoomsCount() == 0;
    }

    private CompletableFuture<Boolean> pushTo(LookupReply reply, long seq) {
        if (!isSure(reply)) {
            return CompletableFuture.completedFuture(false);
        }
        List<CompletableFuture<Boolean>> pushes = reply.getUsers(0).getSessionsList().stream()
                .map(session -> pushTo(session, seq))
                .toList();
        return CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> pushes.stream().allMatch(CompletableFuture::join));
    }

    private CompletableFuture<Boolean> pushTo(Session session, long seq) {
        // prev = seq: the room cannot have written up to there, so it loads.
        PushRequest hint = PushRequest.newBuilder()
                .setApp(session.getApp())
                .setUser(session.getUser())
                .setMailbox(session.getMailbox())
                .setLocation(session.getLocation())
                .setSeq(seq)
                .setPrev(seq)
                .build();
        String room = session.getLocation().getRoom();
        return rooms.call(Route.peer(room), RoomGrpc.getPushMethod(), hint, session.getApp(), timeout)
                .whenComplete((reply, failure) -> {
                    if (reply != null && reply.getOutcome() == PushOutcome.NOT_HERE) {
                        tellGone(session);
                    }
                })
                .thenApply(RoomPusher::isTold)
                .exceptionally(failure -> false);
    }

    /** The register removes it where location and stamp match (R4). Told once: the next push would find out anew. */
    private void tellGone(Session session) {
        LeaveRequest request =
                LeaveRequest.newBuilder().setSession(session).setByPusher(true).build();
        int slot = Slot.of(session.getApp(), session.getUser());
        var _ = register.call(Route.slot(slot), RegisterGrpc.getLeaveMethod(), request, session.getApp(), timeout)
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        LOG.debug("not told: {} is gone", session.getLocation(), failure);
                    }
                });
    }

    /** Whether nobody has to be told any more: a session that its room does not know is over, and who binds later loads. */
    static boolean isTold(PushReply reply) {
        return switch (reply.getOutcome()) {
            case WRITTEN, BEHIND, NOT_HERE -> true;
            case DROPPED, PUSH_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
