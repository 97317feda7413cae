package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one lane's slots, and the rules by which they come, give way and go (R4).
 *
 * <p>Used by one thread only. Sessions of one user with the same mailbox replace each other: on {@link #enter} the one
 * that comes is the newer, in {@link Pours} the one with the higher stamp is. Whoever gives way is kicked.
 */
final class LaneSessions {
    private final RegisterMetrics metrics;
    private final RoomLives rooms;
    private final LaneSlots slots;
    private final SessionCaps caps;
    private final Sweep sweep;
    private final Presence presence;
    private final ComparedSlots compared;
    private final Digests digests;
    private final Census census;
    private final OnlinePage online;
    private final Leaving leaving;
    private final Predecessors predecessors;
    private final Lookups lookups;
    private final Pours pours;
    private final Changes changes;
    private final StampClock stamps;
    private final LongSupplier nanoTime;
    private final Holdings holdings = new Holdings();
    private SessionLimits limits;
    private @Nullable Ownership owned;

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
        this.nanoTime = nanoTime;
        this.rooms = new RoomLives(limits.lanes(), nanoTime);
        this.slots = new LaneSlots(lane, limits.lanes(), metrics);
        this.caps = new SessionCaps(metrics);
        this.changes = new Changes(holdings, rooms, new Replaced(kicks, metrics));
        this.leaving = new Leaving(rooms, nanoTime);
        this.predecessors = new Predecessors(slots, rooms);
        this.lookups = new Lookups(slots, rooms, leaving, predecessors, metrics);
        this.pours = new Pours(slots, rooms, predecessors, changes, caps, stamps, presence, metrics, limits);
        this.sweep = new Sweep(slots, lane, this::swept);
        this.compared = new ComparedSlots(lane, slots, rooms, presence);
        this.digests = new Digests(slots, rooms);
        this.census = new Census(slots, rooms, predecessors, lane, nanoTime);
        this.online = new OnlinePage(slots, rooms, predecessors, lane, limits.lanes());
    }

    /** Takes a view of the registers: empties slots that are another's now, begins anew those that were. */
    void see(Ownership ownership) {
        boolean reborn = owned != null && owned.incarnation() != ownership.incarnation();
        owned = ownership;
        slots.see(ownership, this::taken, reborn ? this::released : (slot, gone) -> handOver(slot, gone, ownership));
        if (reborn) {
            leaving.dropAll();
        } else {
            metrics.notHanded.increment(leaving.see(ownership));
        }
        predecessors.see(ownership);
        census.forget();
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
        pours.limit(newest);
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
        rooms.speaking(told.getLocation());
        HeldSession fresh = changes.hold(here, told, stamp);
        metrics.entered.increment();
        boolean kicked = changes.replace(here, before, fresh);
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

    /** Where users are. */
    Lookups lookups() {
        return lookups;
    }

    /** What rooms tell, and what owners before hand over. */
    Pours pours() {
        return pours;
    }

    /** Slots that were this register's, for as long as their new owners have not been told. */
    Leaving leaving() {
        return leaving;
    }

    /** Who owned slots before, and may know more. */
    Predecessors predecessors() {
        return predecessors;
    }

    /** Those who owned slots before are not asked any more by now, and need not be told of them. */
    void endHandOvers(long atMostNanos) {
        long since = nanoTime.getAsLong() - atMostNanos;
        predecessors.forgetThoseBefore(since);
        metrics.notHanded.increment(leaving.forgetThoseBefore(since));
    }

    /** Whether no slot is this register's, and whoever has them now was told of them. */
    boolean hasHandedOver() {
        return leaving.isEmpty() && slots.areNone();
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

    /** Names rooms in view that have not told all of each slot that is the lane's. */
    List<String> silentRooms() {
        return rooms.thatHaveNotTold(slots.count());
    }

    /** The slots, as they are compared with who was told online. */
    ComparedSlots compared() {
        return compared;
    }

    /** What rooms say of their sessions by number and hash. */
    Digests digests() {
        return digests;
    }

    /** How many are online, app by app. */
    Census census() {
        return census;
    }

    /** Who is online, by name. */
    OnlinePage online() {
        return online;
    }

    /** Returns false where it is not there, or another is. */
    private boolean remove(SlotSessions here, Session told, EndReason why, long awayMs) {
        HeldSession found = Holdings.find(here, told);
        if (found == null || !found.isWhoLeaves(told)) {
            return false;
        }
        changes.drop(here, found);
        presence.left(here, found, why, awayMs);
        return true;
    }

    private void noteWhilePouring(int slot, SlotSessions here, Session told) {
        RoomLife room = rooms.speaking(told.getLocation());
        if (room.isStillTelling(slot) && !here.early.note(told, limits.maxEarlyLeaves())) {
            metrics.earlyLeavesDropped.increment();
        }
    }

    private void taken(int slot, SlotSessions here, @Nullable Peer before) {
        leaving.drop(slot);
        predecessors.taken(here, before);
        here.takenNanos = nanoTime.getAsLong();
    }

    /** Another owns the slot now: it is to know what was known here. */
    private void handOver(int slot, SlotSessions gone, Ownership ownership) {
        Peer to = ownership.table().owner(slot);
        if (to != null) {
            leaving.add(
                    slot,
                    new Leaving.Handing(
                            gone,
                            rooms.thatTold(slot),
                            rooms.unknown(slot, gone),
                            predecessors.mayKnowMore(slot, gone),
                            to,
                            ownership.version(),
                            nanoTime.getAsLong()));
        }
        released(slot, gone);
    }

    private void released(int slot, SlotSessions gone) {
        metrics.released.increment(gone.size());
        gone.forEach(session -> holdings.drop(slot, session));
        rooms.forgetPouring(slot);
        gone.released = true;
    }

    private void swept(SlotSessions here, HeldSession session) {
        metrics.swept.increment();
        holdings.drop(here.slot, session);
        presence.lost(here, session);
    }
}
