package io.hawser.register;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.HandOverRequest;
import io.hawser.rpc.v1.HandedSlot;
import io.hawser.rpc.v1.LeftSession;
import io.hawser.rpc.v1.Session;
import org.jspecify.annotations.Nullable;

/**
 * Takes sessions that have a stamp: what rooms pour, and what the owner of a slot before hands over. The higher stamp wins;
 * of two that tell of a room, the room itself is believed. Used by the lane's thread only.
 */
final class Pours {
    private final LaneSlots slots;
    private final RoomLives rooms;
    private final Predecessors predecessors;
    private final Changes changes;
    private final SessionCaps caps;
    private final StampClock stamps;
    private final Presence presence;
    private final RegisterMetrics metrics;
    private SessionLimits limits;

    Pours(
            LaneSlots slots,
            RoomLives rooms,
            Predecessors predecessors,
            Changes changes,
            SessionCaps caps,
            StampClock stamps,
            Presence presence,
            RegisterMetrics metrics,
            SessionLimits limits) {
        this.slots = slots;
        this.rooms = rooms;
        this.predecessors = predecessors;
        this.changes = changes;
        this.caps = caps;
        this.stamps = stamps;
        this.presence = presence;
        this.metrics = metrics;
        this.limits = limits;
    }

    void limit(SessionLimits newest) {
        limits = newest;
    }

    /**
     * Takes what a room says of a slot.
     *
     * @throws io.hawser.wire.HawserException RESOURCE_EXHAUSTED; what came before the session that found no place stays
     */
    void pour(PourPart part) {
        RoomLife room = rooms.speaking(part.room(), part.roomIncarnation());
        for (PourPart.Told told : part.sessions()) {
            SlotSessions here = slots.ownedSince(told.slot(), part.membershipVersion());
            if (here == null) {
                part.refuse(told.slot());
            } else {
                stamps.witness(told.session().getStamp());
                admit(here, told.session(), part);
            }
        }
        part.completeSlots().forEach(slot -> complete(slot, room, part));
    }

    /**
     * Takes what an owner of a slot before held, as far as its rooms have not told all by themselves. That one is no witness of
     * whether they live.
     *
     * @param request of which the slot is a part
     * @param from names the owner before
     * @return false: the slot is not owned, or another is to be heard first
     * @throws io.hawser.wire.HawserException RESOURCE_EXHAUSTED, as {@link #pour}
     */
    boolean takeOver(HandedSlot handed, HandOverRequest request, String from) {
        SlotSessions here = slots.ownedSince(handed.getSlot(), request.getMembershipVersion());
        if (here == null || !predecessors.isNext(here, from, handed.getPassedOver())) {
            return false;
        }
        request.getAbsentRoomsList().forEach(rooms::hearOf);
        handed.getLeftList().forEach(left -> noteLeft(here, left));
        for (Session told : handed.getSessionsList()) {
            stamps.witness(told.getStamp());
            // Where the room has told, or one who heard it later than this one.
            if (!rooms.life(told.getLocation()).poured.get(handed.getSlot())) {
                admitHanded(here, told);
            }
        }
        if (handed.getComplete()) {
            handed.getPouredList().forEach(room -> rooms.life(room).isKnown(handed.getSlot()));
            here.unknownRooms = null;
            predecessors.hasTold(here, from, handed.getUnfinished());
        }
        return true;
    }

    private void complete(int slot, RoomLife room, PourPart part) {
        SlotSessions here = slots.ownedSince(slot, part.membershipVersion());
        if (here == null) {
            part.refuse(slot);
        } else {
            room.hasTold(slot);
            here.unknownRooms = null;
            here.early.forget(room);
            if (rooms.allHaveTold(slot)) {
                here.early.forgetAll();
            }
        }
    }

    private void admit(SlotSessions here, Session told, PourPart part) {
        switch (admit(here, told)) {
            case LEFT -> {}
            case TAKEN -> {
                metrics.poured.increment();
                part.take();
            }
            case KNOWN -> metrics.poured.increment();
            case GAVE_WAY -> {
                metrics.poured.increment();
                part.supersede();
            }
        }
    }

    /** It ended at the owner before, and whoever has told of it since did not know that. */
    private void noteLeft(SlotSessions here, LeftSession left) {
        RoomLife room = rooms.life(left.getLocation());
        if (room.isStillTelling(here.slot) && !here.early.note(left, limits.maxEarlyLeaves())) {
            metrics.earlyLeavesDropped.increment();
        }
        HeldSession held = here.find(left);
        if (held != null) {
            changes.drop(here, held);
            presence.left(here, held, EndReason.END_CONNECTION_LOST, 0);
            metrics.left.increment();
        }
    }

    private void admitHanded(SlotSessions here, Session told) {
        if (admit(here, told) == Admitted.TAKEN) {
            metrics.handed.increment();
        }
    }

    private enum Admitted {
        /** Not held until now. */
        TAKEN,
        KNOWN,
        /** A newer one is held. */
        GAVE_WAY,
        /** It has left meanwhile. */
        LEFT
    }

    private Admitted admit(SlotSessions here, Session told) {
        if (here.early.contains(told)) {
            return Admitted.LEFT;
        }
        HeldSession before = Holdings.find(here, told);
        if (before == null) {
            caps.checkLane(changes.size(), limits);
        }
        if (before == null || before.isOlderThan(told.getStamp())) {
            take(here, before, told);
            return Admitted.TAKEN;
        }
        if (before.isToldByAnotherLife(told)) {
            follow(here, before, told);
        } else if (!before.isAt(told.getLocation())) {
            changes.refuse(told, before);
            return Admitted.GAVE_WAY;
        }
        return Admitted.KNOWN;
    }

    private void take(SlotSessions here, @Nullable HeldSession before, Session told) {
        HeldSession fresh = changes.hold(here, told, told.getStamp());
        var _ = changes.replace(here, before, fresh);
        presence.poured(here, before, fresh);
    }

    /** A room that lost its session with ZooKeeper keeps its bindings: they are the newer life's. */
    private void follow(SlotSessions here, HeldSession before, Session told) {
        if (before.room.incarnation < told.getLocation().getRoomIncarnation()) {
            here.add(changes.hold(here, told, told.getStamp()));
            changes.drop(here, before);
        }
    }
}
