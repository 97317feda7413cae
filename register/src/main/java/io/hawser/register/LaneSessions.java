package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one lane's slots, and the rules by which they come, give way and go (R4).
 *
 * <p>Used by one thread only. Sessions of one user with the same mailbox replace each other: on {@link #enter} the one
 * that comes is the newer, in {@link #pour} the one with the higher stamp is. Whoever gives way is kicked.
 */
final class LaneSessions {
    private final RegisterMetrics metrics;
    private final Replaced replaced;
    private final RoomLives rooms;
    private final LaneSlots slots;
    private final SessionCaps caps;
    private final Sweep sweep;
    private final Presence presence;
    private final ComparedSlots compared;
    private final StampClock stamps;
    private final Holdings holdings = new Holdings();
    private SessionLimits limits;

    LaneSessions(
            int lane,
            SessionLimits limits,
            Consumer<Kick> kicks,
            Presence presence,
            StampClock stamps,
            LongSupplier nanoTime,
            RegisterMetrics metrics) {
        this.limits = limits;
        this.presence = presence;
        this.stamps = stamps;
        this.metrics = metrics;
        this.replaced = new Replaced(kicks, metrics);
        this.rooms = new RoomLives(nanoTime);
        this.slots = new LaneSlots(lane, limits.lanes(), metrics);
        this.caps = new SessionCaps(metrics);
        this.sweep = new Sweep(slots, lane, this::swept);
        this.compared = new ComparedSlots(lane, slots, rooms, presence);
    }

    /** Takes a view of the registers: empties slots that are another's now, begins anew those that were. */
    void see(Ownership ownership) {
        slots.see(ownership, this::released);
        stamps.see(ownership.version());
    }

    /** Takes a view of the rooms: those that are new in it have yet to pour. */
    void see(Membership.View view) {
        rooms.see(view);
        slots.forEach((_, here) -> here.unknownRooms = null);
    }

    /** Has other limits hold from now on; what is held beyond them stays until it goes by itself. */
    void limit(SessionLimits newest) {
        limits = newest;
    }

    /**
     * Records a binding. Told again of the same bind, it answers as it did before.
     *
     * @throws io.hawser.wire.HawserException NOT_OWNER, RESOURCE_EXHAUSTED
     */
    EnterReply enter(int slot, Session told) {
        SlotSessions here = slots.owned(slot);
        HeldSession before = Holdings.find(here, told);
        if (before != null && before.isSameBind(told)) {
            metrics.repeated.increment();
            return EnterReply.newBuilder().setStamp(before.stamp()).build();
        }
        if (before == null) {
            caps.checkLane(holdings.size(), limits);
            caps.checkUser(Holdings.countOf(here, told), limits);
        }
        Stamp stamp = stamps.next();
        HeldSession fresh = hold(told, stamp);
        metrics.entered.increment();
        boolean kicked = replace(here, before, fresh);
        presence.entered(here, before, fresh);
        return EnterReply.newBuilder()
                .setStamp(stamp)
                .setReplaced(kicked ? 1 : 0)
                .build();
    }

    /**
     * Removes a session where location and stamp match; without a stamp, for its room heard of none, the same bind.
     *
     * @param awayMs for how long its client was away before
     * @throws io.hawser.wire.HawserException NOT_OWNER
     */
    LeaveReply leave(int slot, Session told, EndReason why, long awayMs) {
        SlotSessions here = slots.owned(slot);
        boolean removed = remove(here, told, why, awayMs);
        if (!removed) {
            presence.leftUnseen(here, told, why, awayMs);
        }
        noteWhilePouring(slot, here, told);
        (removed ? metrics.left : metrics.stale).increment();
        return LeaveReply.newBuilder().setRemoved(removed).build();
    }

    /**
     * As {@link #leave}, but told by who pushed and was answered NOT_HERE. That says nothing of whether the session's room
     * lives, and needs no note: should a pour bring the session back, the next push finds out again.
     *
     * @throws io.hawser.wire.HawserException NOT_OWNER
     */
    LeaveReply notHere(int slot, Session told) {
        boolean removed = remove(slots.owned(slot), told, EndReason.END_CONNECTION_LOST, 0);
        (removed ? metrics.notHere : metrics.stale).increment();
        return LeaveReply.newBuilder().setRemoved(removed).build();
    }

    Whereabouts lookup(int slot, String app, String user) {
        SlotSessions here = slots.get(slot);
        if (here == null) {
            metrics.notOwner.increment();
            return Whereabouts.newBuilder().setNotOwner(true).build();
        }
        byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
        Whereabouts.Builder answer = Whereabouts.newBuilder();
        here.forEachOf(app, userBytes, Holdings.hash(app, user), session -> answer.addSessions(session.toSession()));
        List<String> unknown = rooms.unknown(slot, here);
        return unknown.isEmpty() && answer.getSessionsCount() == 0
                ? Whereabouts.getDefaultInstance()
                : answer.addAllUnknownRooms(unknown).build();
    }

    /**
     * Takes what a room says of a slot.
     *
     * @throws io.hawser.wire.HawserException RESOURCE_EXHAUSTED; what came before the session that found no place stays
     */
    void pour(PourPart part) {
        for (PourPart.Told told : part.sessions()) {
            SlotSessions here = slots.ownedSince(told.slot(), part.membershipVersion());
            if (here == null) {
                part.refuse(told.slot());
            } else {
                admit(here, told.session(), part);
            }
        }
        RoomLife room = rooms.speaking(part.room(), part.roomIncarnation());
        part.completeSlots().forEach(slot -> complete(slot, room, part));
    }

    RegisterTotals totals(String app) {
        RegisterTotals.Builder totals = RegisterTotals.newBuilder();
        totals.setSessions(app.isEmpty() ? holdings.size() : holdings.ofApp(app));
        slots.forEach((slot, here) -> {
            totals.setSlotsOwned(totals.getSlotsOwned() + 1);
            totals.setSlotsPouring(
                    totals.getSlotsPouring() + (rooms.unknown(slot, here).isEmpty() ? 0 : 1));
        });
        return totals.build();
    }

    /** Looks for rooms that vanished; {@link #sweepSlice} then has work, or not. */
    void lookForVanishedRooms() {
        if (rooms.end(limits.roomGrace().toNanos())) {
            sweep.begin();
        }
    }

    /**
     * Removes sessions of rooms that vanished, up to a slice.
     *
     * @return whether more is left to look at
     */
    boolean sweepSlice() {
        return sweep.slice(limits.sweepSlice());
    }

    int size() {
        return holdings.size();
    }

    /** The slots, as they are compared with who was told online. */
    ComparedSlots compared() {
        return compared;
    }

    private void complete(int slot, RoomLife room, PourPart part) {
        SlotSessions here = slots.ownedSince(slot, part.membershipVersion());
        if (here == null) {
            part.refuse(slot);
        } else {
            room.poured.set(slot);
            here.unknownRooms = null;
            here.early.forget(room);
            if (rooms.unknown(slot, here).isEmpty()) {
                here.early.forgetAll();
            }
        }
    }

    /** Returns false where it is not there, or another is. */
    private boolean remove(SlotSessions here, Session told, EndReason why, long awayMs) {
        HeldSession found = Holdings.find(here, told);
        if (found == null || !found.isWhoLeaves(told)) {
            return false;
        }
        drop(here, found);
        presence.left(here, found, why, awayMs);
        return true;
    }

    private void noteWhilePouring(int slot, SlotSessions here, Session told) {
        RoomLife room = rooms.speaking(told.getLocation());
        if (!room.poured.get(slot) && !here.early.note(told, limits.maxEarlyLeaves())) {
            metrics.earlyLeavesDropped.increment();
        }
    }

    private void admit(SlotSessions here, Session told, PourPart part) {
        stamps.witness(told.getStamp());
        if (here.early.contains(told)) {
            return;
        }
        metrics.poured.increment();
        HeldSession before = Holdings.find(here, told);
        if (before == null) {
            caps.checkLane(holdings.size(), limits);
        }
        if (before == null || before.isOlderThan(told.getStamp())) {
            take(here, before, told);
            part.take();
        } else if (before.isToldByAnotherLife(told)) {
            follow(here, before, told);
        } else if (!before.isAt(told.getLocation())) {
            replaced.kick(told, PackedIds.sameInstallation(before.ids, PackedIds.of(told)));
            part.supersede();
        }
    }

    private void take(SlotSessions here, @Nullable HeldSession before, Session told) {
        HeldSession fresh = hold(told, told.getStamp());
        var _ = replace(here, before, fresh);
        presence.poured(here, before, fresh);
    }

    /** A room that lost its session with ZooKeeper keeps its bindings: they are the newer life's. */
    private void follow(SlotSessions here, HeldSession before, Session told) {
        if (before.room.incarnation < told.getLocation().getRoomIncarnation()) {
            here.add(hold(told, told.getStamp()));
            drop(here, before);
        }
    }

    /** Returns whether another binding had to give way: the same place, bound anew, is not another. */
    private boolean replace(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        here.add(fresh);
        if (before == null) {
            return false;
        }
        Session loser = before.toSession();
        drop(here, before);
        if (fresh.isAt(loser.getLocation())) {
            return false;
        }
        replaced.kick(loser, PackedIds.sameInstallation(before.ids, fresh.ids));
        return true;
    }

    private void drop(SlotSessions here, HeldSession session) {
        here.remove(session);
        holdings.drop(session);
    }

    private HeldSession hold(Session told, Stamp stamp) {
        return holdings.hold(told, stamp, rooms.speaking(told.getLocation()));
    }

    private void released(int slot, SlotSessions gone) {
        metrics.released.increment(gone.size());
        gone.forEach(holdings::drop);
        rooms.forgetPouring(slot);
        gone.released = true;
    }

    private void swept(SlotSessions here, HeldSession session) {
        metrics.swept.increment();
        holdings.drop(session);
        presence.lost(here, session);
    }
}
