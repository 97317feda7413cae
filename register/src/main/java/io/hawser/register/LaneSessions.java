package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.EnterReply;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.LeaveReply;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.RegisterTotals;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final int lane;
    private final SessionLimits limits;
    private final RegisterMetrics metrics;
    private final Consumer<Kick> kicks;
    private final RoomLives rooms;
    private final Names names = new Names();
    private final StampClock stamps = new StampClock();
    private final Map<String, TenantCount> tenants = new HashMap<>();
    private final @Nullable SlotSessions[] slots = new SlotSessions[Slot.COUNT];
    /** Membership version in which each slot was last given up. */
    private final long[] releasedAt = new long[Slot.COUNT];

    private final Sweep sweep = new Sweep();

    private long membershipVersion;
    private long incarnation;
    /** Membership version in which this incarnation first owned a slot; 0: none yet. */
    private long bornAt;

    private int sessions;

    LaneSessions(int lane, SessionLimits limits, Consumer<Kick> kicks, LongSupplier nanoTime, RegisterMetrics metrics) {
        this.lane = lane;
        this.limits = limits;
        this.kicks = kicks;
        this.metrics = metrics;
        this.rooms = new RoomLives(nanoTime);
    }

    /** Takes a view of the registers: empties slots that are another's now, begins anew those that were. */
    void see(Ownership ownership) {
        boolean reborn = ownership.incarnation() != incarnation;
        incarnation = ownership.incarnation();
        membershipVersion = ownership.version();
        bornAt = reborn ? 0 : bornAt;
        for (int slot = lane; slot < Slot.COUNT; slot += limits.lanes()) {
            boolean owned = ownership.owns(slot);
            if (slots[slot] != null && (reborn || !owned)) {
                release(slot);
            }
            if (slots[slot] == null && owned) {
                take(slot);
            }
        }
    }

    /** Takes a view of the rooms: those that are new in it have yet to pour. */
    void see(Membership.View view) {
        rooms.see(view);
        for (SlotSessions slot : slots) {
            if (slot != null) {
                slot.unknownRooms = null;
            }
        }
    }

    /**
     * Records a binding. Told again of the same bind, it answers as it did before.
     *
     * @throws HawserException NOT_OWNER, RESOURCE_EXHAUSTED
     */
    EnterReply enter(int slot, Session told) {
        SlotSessions here = owned(slot);
        HeldSession before = find(here, told);
        if (before != null && before.isSameBind(told)) {
            metrics.repeated.increment();
            return EnterReply.newBuilder().setStamp(before.stamp()).build();
        }
        if (before == null) {
            checkRoomFor(here, told);
        }
        Stamp stamp = stamps.next(membershipVersion);
        HeldSession fresh = hold(told, stamp);
        metrics.entered.increment();
        boolean kicked = replace(here, before, fresh);
        return EnterReply.newBuilder()
                .setStamp(stamp)
                .setReplaced(kicked ? 1 : 0)
                .build();
    }

    /**
     * Removes a session where location and stamp match.
     *
     * @throws HawserException NOT_OWNER
     */
    LeaveReply leave(int slot, Session told) {
        SlotSessions here = owned(slot);
        HeldSession found = find(here, told);
        boolean matches = found != null && found.isAt(told.getLocation()) && found.isStamped(told.getStamp());
        if (found != null && matches) {
            here.remove(found);
            drop(found);
        }
        noteWhilePouring(slot, here, told);
        (matches ? metrics.left : metrics.stale).increment();
        return LeaveReply.newBuilder().setRemoved(matches).build();
    }

    Whereabouts lookup(int slot, String app, String user) {
        SlotSessions here = slots[slot];
        if (here == null) {
            metrics.notOwner.increment();
            return Whereabouts.newBuilder().setNotOwner(true).build();
        }
        byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
        Whereabouts.Builder answer = Whereabouts.newBuilder();
        here.forEachOf(app, userBytes, hash(app, user), session -> answer.addSessions(session.toSession()));
        List<String> unknown = unknownRooms(slot, here);
        return unknown.isEmpty() && answer.getSessionsCount() == 0
                ? Whereabouts.getDefaultInstance()
                : answer.addAllUnknownRooms(unknown).build();
    }

    /**
     * Takes what a room says of a slot.
     *
     * @throws HawserException RESOURCE_EXHAUSTED; what came before the session that found no place stays
     */
    void pour(PourPart part) {
        for (PourPart.Told told : part.sessions()) {
            SlotSessions here = ownedSince(told.slot(), part.membershipVersion());
            if (here == null) {
                part.refuse(told.slot());
            } else if (!admit(here, told.session())) {
                part.supersede();
            }
        }
        RoomLife room = rooms.speaking(part.room(), part.roomIncarnation());
        part.completeSlots().forEach(slot -> complete(slot, room, part));
    }

    RegisterTotals totals(String app) {
        RegisterTotals.Builder totals = RegisterTotals.newBuilder();
        TenantCount tenant = tenants.get(app);
        totals.setSessions(app.isEmpty() ? sessions : tenant == null ? 0 : tenant.sessions);
        int owned = 0;
        int pouring = 0;
        for (int slot = lane; slot < Slot.COUNT; slot += limits.lanes()) {
            SlotSessions here = slots[slot];
            owned += here == null ? 0 : 1;
            pouring += here == null || unknownRooms(slot, here).isEmpty() ? 0 : 1;
        }
        return totals.setSlotsOwned(owned).setSlotsPouring(pouring).build();
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
        return sweep.slice();
    }

    int size() {
        return sessions;
    }

    private SlotSessions owned(int slot) {
        SlotSessions here = slots[slot];
        if (here == null) {
            metrics.notOwner.increment();
            throw HawserException.refusal(
                    ErrorCode.NOT_OWNER, "slot: " + slot + " (expected: one that this register owns)");
        }
        return here;
    }

    /** Null also where the room speaks to an earlier ownership of ours: what it told then is forgotten. */
    private @Nullable SlotSessions ownedSince(int slot, long roomsVersion) {
        SlotSessions here = slots[slot];
        return here != null && here.ownedSince <= roomsVersion ? here : null;
    }

    private void complete(int slot, RoomLife room, PourPart part) {
        SlotSessions here = ownedSince(slot, part.membershipVersion());
        if (here == null) {
            part.refuse(slot);
        } else {
            room.poured.set(slot);
            here.unknownRooms = null;
            here.early.forget(room);
            if (unknownRooms(slot, here).isEmpty()) {
                here.early.forgetAll();
            }
        }
    }

    private void noteWhilePouring(int slot, SlotSessions here, Session told) {
        Location location = told.getLocation();
        RoomLife room = rooms.speaking(location.getRoom(), location.getRoomIncarnation());
        if (!room.poured.get(slot) && !here.early.note(told, limits.maxEarlyLeaves())) {
            metrics.earlyLeavesDropped.increment();
        }
    }

    /** Returns false where a newer session has taken the place of the one told of. */
    private boolean admit(SlotSessions here, Session told) {
        stamps.witness(told.getStamp());
        if (here.early.contains(told)) {
            return true;
        }
        metrics.poured.increment();
        HeldSession before = find(here, told);
        if (before == null) {
            checkLane();
            replace(here, null, hold(told, told.getStamp()));
            return true;
        }
        if (before.isOlderThan(told.getStamp())) {
            replace(here, before, hold(told, told.getStamp()));
            return true;
        }
        if (!before.isAt(told.getLocation())) {
            kick(told, PackedIds.sameInstallation(before.ids, PackedIds.of(told)));
            return false;
        }
        return true;
    }

    /** Returns whether another binding had to give way: the same place, bound anew, is not another. */
    private boolean replace(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        here.add(fresh);
        if (before == null) {
            return false;
        }
        here.remove(before);
        Session loser = before.toSession();
        drop(before);
        if (fresh.isAt(loser.getLocation())) {
            return false;
        }
        kick(loser, PackedIds.sameInstallation(before.ids, fresh.ids));
        return true;
    }

    private void kick(Session loser, boolean sameInstallation) {
        metrics.replaced.increment();
        kicks.accept(Kick.newBuilder()
                .setSession(loser)
                .setCause(KickCause.KICK_REPLACED)
                .setDetail("a newer binding reads mailbox " + loser.getMailbox())
                .setSameInstallation(sameInstallation)
                .build());
    }

    private @Nullable HeldSession find(SlotSessions here, Session told) {
        byte[] user = told.getUserBytes().toByteArray();
        return here.find(told.getApp(), user, hash(told.getApp(), told.getUser()), told.getMailbox());
    }

    private HeldSession hold(Session told, Stamp stamp) {
        TenantCount tenant = tenants.computeIfAbsent(told.getApp(), TenantCount::new);
        RoomLife room =
                rooms.speaking(told.getLocation().getRoom(), told.getLocation().getRoomIncarnation());
        tenant.sessions++;
        room.sessions++;
        sessions++;
        return new HeldSession(told, stamp, tenant, room, names, hash(told.getApp(), told.getUser()));
    }

    private void drop(HeldSession session) {
        session.room.sessions--;
        sessions--;
        if (--session.tenant.sessions == 0) {
            tenants.remove(session.tenant.app);
        }
    }

    private void take(int slot) {
        bornAt = bornAt == 0 ? membershipVersion : bornAt;
        slots[slot] = new SlotSessions(Math.max(bornAt, releasedAt[slot]));
    }

    private void release(int slot) {
        SlotSessions here = slots[slot];
        if (here != null) {
            releasedAt[slot] = membershipVersion;
            metrics.released.increment(here.size());
            here.forEach(this::drop);
            slots[slot] = null;
            rooms.forgetPouring(slot);
        }
    }

    private void checkRoomFor(SlotSessions here, Session told) {
        checkLane();
        byte[] user = told.getUserBytes().toByteArray();
        if (here.countOf(told.getApp(), user, hash(told.getApp(), told.getUser())) >= limits.maxSessionsPerUser()) {
            metrics.overCap.increment();
            throw exhausted("sessions of the user", limits.maxSessionsPerUser());
        }
    }

    private void checkLane() {
        if (sessions >= limits.maxSessionsPerLane()) {
            metrics.overCap.increment();
            throw exhausted("sessions of the lane", limits.maxSessionsPerLane());
        }
    }

    private static HawserException exhausted(String what, int max) {
        return HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, what + ": " + max + " are held (expected: fewer)");
    }

    private List<String> unknownRooms(int slot, SlotSessions here) {
        List<String> unknown = here.unknownRooms;
        if (unknown == null) {
            unknown = rooms.notPoured(slot);
            here.unknownRooms = unknown;
        }
        return unknown;
    }

    private static int hash(String app, String user) {
        int hash = app.hashCode() * 31 + user.hashCode();
        return hash ^ (hash >>> 16);
    }

    /** A pass over all slots, in slices. */
    private final class Sweep {
        private int nextSlot = Slot.COUNT;

        void begin() {
            if (nextSlot >= Slot.COUNT) {
                nextSlot = lane;
            }
        }

        boolean slice() {
            int looked = 0;
            for (; nextSlot < Slot.COUNT && looked < limits.sweepSlice(); nextSlot += limits.lanes()) {
                SlotSessions here = slots[nextSlot];
                if (here != null) {
                    looked += here.size() + 1;
                    here.removeIf(session -> session.room.over, this::swept);
                }
            }
            return nextSlot < Slot.COUNT;
        }

        private void swept(HeldSession session) {
            metrics.swept.increment();
            drop(session);
        }
    }
}
