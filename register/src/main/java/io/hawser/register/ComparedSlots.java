package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.ToldOnline;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The slots of a lane that are to be compared with who was told online; used by the lane's thread only. */
final class ComparedSlots {
    private final LaneSlots slots;
    private final RoomLives rooms;
    private final Presence presence;
    private final int firstSlot;
    private int nextSlot;

    ComparedSlots(int firstSlot, LaneSlots slots, RoomLives rooms, Presence presence) {
        this.firstSlot = firstSlot;
        this.nextSlot = firstSlot;
        this.slots = slots;
        this.rooms = rooms;
        this.presence = presence;
    }

    /** Tells who is away by now, and looks which slots the rooms have told all of. A round that has ended begins anew. */
    void lookAround() {
        presence.tellWhoIsAway();
        slots.forEach((slot, here) ->
                presence.notePoured(here, rooms.unknown(slot, here).isEmpty()));
        if (nextSlot >= Slot.COUNT) {
            nextSlot = firstSlot;
        }
    }

    /** Devices that are not offline yet. */
    int parked() {
        return presence.parked();
    }

    /** Returns a slot to be compared; below 0: none is, for now. */
    int next() {
        if (!presence.mayCompare()) {
            return -1;
        }
        int[] found = {-1};
        nextSlot = slots.visitFrom(
                nextSlot,
                (slot, here) -> {
                    if (presence.beginsToCompare(slot, here)) {
                        found[0] = slot;
                    }
                },
                slot -> found[0] < 0 && slot < Slot.COUNT);
        return found[0];
    }

    void wasToldOnline(int slot, ToldOnline told) {
        SlotSessions here = slots.get(slot);
        if (here != null) {
            presence.wasToldOnline(here, told);
        }
    }

    /** These of a slot were told online, and no others; null: there are too many to know. */
    void settle(int slot, @Nullable Set<Away.Device> told) {
        SlotSessions here = slots.get(slot);
        if (here != null) {
            presence.settle(here, told);
        }
    }
}
