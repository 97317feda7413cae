package io.hawser.room.links;

import io.hawser.room.connection.Sessions;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.EnterRequest;
import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Sessions, told to the register that owns the user's slot. */
public final class RegisterLink implements Sessions {
    private final LinkClient registers;
    private final RegisterOwners owners;
    private final Supplier<Duration> enterWithin;
    private final Leaves leaves;

    public RegisterLink(LinkClient registers, RegisterOwners owners, Supplier<Duration> enterWithin, Leaves leaves) {
        this.registers = registers;
        this.owners = owners;
        this.enterWithin = enterWithin;
        this.leaves = leaves;
    }

    @Override
    public CompletableFuture<Stamp> enter(Session session) {
        int slot = Slot.of(session.getApp(), session.getUser());
        Peer owner = owners.owner(slot);
        if (owner == null) {
            return noneIsAlive();
        }
        return registers
                .call(
                        Route.peer(owner),
                        RegisterGrpc.getEnterMethod(),
                        EnterRequest.newBuilder().setSession(session).build(),
                        session.getApp(),
                        enterWithin.get())
                .thenApply(reply -> stampOf(reply, slot, owner));
    }

    /**
     * An owner that lost the slot while it answered has told nobody, and the pour to its successor may have passed before
     * this session was there to be poured: so it has to enter again. It may be there as well.
     */
    private Stamp stampOf(EnterReply reply, int slot, Peer owner) {
        if (!owners.isOwner(slot, owner)) {
            throw HawserException.refusal(
                    ErrorCode.UNAVAILABLE, "register: " + owner.name() + " lost the slot meanwhile");
        }
        return reply.getStamp();
    }

    private static <T> CompletableFuture<T> noneIsAlive() {
        return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.NOT_OWNER, "register: none is alive"));
    }

    /** As a part of a pour, which is how a register takes a session that has a stamp. */
    @Override
    public CompletableFuture<Boolean> confirm(Session session) {
        RegisterOwners.Table table = owners.table();
        int slot = Slot.of(session.getApp(), session.getUser());
        Peer owner = table.slots().owner(slot);
        if (owner == null) {
            return noneIsAlive();
        }
        PourRequest told = PourRequest.newBuilder()
                .setRoom(session.getLocation().getRoom())
                .setRoomIncarnation(session.getLocation().getRoomIncarnation())
                .setMembershipVersion(table.version())
                .addSessions(session)
                .build();
        return registers
                .call(Route.peer(owner), RegisterGrpc.getPourMethod(), told, session.getApp(), enterWithin.get())
                .thenApply(reply -> isTakenAnew(reply, owner));
    }

    private static boolean isTakenAnew(PourReply reply, Peer owner) {
        if (reply.getRefusedSlotsCount() > 0) {
            throw HawserException.refusal(ErrorCode.NOT_OWNER, "register: " + owner.name() + " does not own the slot");
        }
        return reply.getTaken() > 0;
    }

    @Override
    public void leave(Session session, EndReason why, long awayMs) {
        leaves.tell(session, why, awayMs);
    }
}
