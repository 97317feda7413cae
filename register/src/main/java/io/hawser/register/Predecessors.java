package io.hawser.register;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Whereabouts;
import org.jspecify.annotations.Nullable;

/**
 * Who owned this register's slots before it, and may know more of them than it was told: asked, one after the other, until
 * that is over (R4). Used by the lane's thread only.
 *
 * <p>Mostly there is one. Where several registers join at once, the one before may have had the slot for a moment only, or
 * not at all by its own view: then whoever was there before that one is next. They are ever older, so it ends.
 */
final class Predecessors {
    private final LaneSlots slots;
    private final RoomLives rooms;
    private @Nullable Ownership ownership;

    Predecessors(LaneSlots slots, RoomLives rooms) {
        this.slots = slots;
        this.rooms = rooms;
    }

    void see(Ownership newest) {
        ownership = newest;
    }

    /** Who may know more of a slot than this register, which has it since a short while ago; null: nobody does. */
    @Nullable
    Peer of(int slot) {
        SlotSessions here = slots.get(slot);
        return here == null ? null : of(slot, here);
    }

    @Nullable
    Peer of(int slot, SlotSessions here) {
        return rooms.unknown(slot, here).isEmpty() ? null : here.asked;
    }

    /** Whether one of them knows more perhaps, be it one that does not answer. */
    boolean mayKnowMore(int slot, SlotSessions here) {
        return here.ownerBefore != null && !rooms.unknown(slot, here).isEmpty();
    }

    /** Whether who is asked is older than one that did not answer, and so does not know all. */
    boolean passesOver(SlotSessions here) {
        return here.ownerBefore != null && !here.ownerBefore.equals(here.asked);
    }

    /** The slot was another's until now; null: nobody's. */
    void taken(SlotSessions here, @Nullable Peer before) {
        here.ownerBefore = before;
        here.asked = before;
    }

    /** Who is to be asked once one of them has answered; null: all is told. */
    @Nullable
    Peer after(int slot, Peer asked, Whereabouts told) {
        if (!told.getNotOwner()) {
            return null;
        }
        SlotSessions here = slots.get(slot);
        if (here != null && told.getUnknownRoomsCount() == 0) {
            Peer older = older(slot, asked);
            here.asked = asked.equals(here.asked) ? older : here.asked;
            here.ownerBefore = asked.equals(here.ownerBefore) ? older : here.ownerBefore;
        }
        return of(slot) == null ? null : older(slot, asked);
    }

    /**
     * Whether that register need not wait until another has been heard.
     *
     * @param passedOver it knows of one in between; one that skipped a view does not, where this register may
     */
    boolean isNext(SlotSessions here, String register, boolean passedOver) {
        return rooms.unknown(here.slot, here).isEmpty()
                || isBefore(here, register)
                || (!passedOver && here.ownerBefore == null);
    }

    /** It has told all that it knows; {@code unfinished}: others know more. */
    void hasTold(SlotSessions here, String register, boolean unfinished) {
        Peer before = here.ownerBefore;
        if (!unfinished) {
            taken(here, null);
        } else if (before != null && isBefore(here, register)) {
            taken(here, older(here.slot, before));
        }
    }

    /** It does not answer: whoever was there before it is asked instead, and it is heard when it tells by itself. */
    void forget(Peer silent) {
        slots.forEach((slot, here) -> here.asked = silent.equals(here.asked) ? older(slot, silent) : here.asked);
    }

    /** Nobody is asked about slots that were taken before. */
    void forgetThoseBefore(long nanos) {
        slots.forEach((_, here) -> {
            if (here.takenNanos - nanos < 0) {
                taken(here, null);
            }
        });
    }

    private static boolean isBefore(SlotSessions here, String register) {
        return here.ownerBefore != null && here.ownerBefore.name().equals(register);
    }

    private @Nullable Peer older(int slot, Peer than) {
        return ownership == null ? null : ownership.ownerBefore(slot, than);
    }
}
