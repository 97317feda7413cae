package io.hawser.register;

import io.hawser.rpc.id.Slot;
import java.util.ArrayList;
import java.util.List;

/** A pass over a lane's slots that removes the sessions of rooms whose life is over, in slices between other work. */
final class Sweep {
    /** Is shown each session that was removed, when all of its slot that had to be are. */
    interface Removed {
        void accept(SlotSessions here, HeldSession session);
    }

    private final LaneSlots slots;
    private final int firstSlot;
    private final Removed removed;
    private int nextSlot = Slot.COUNT;
    private int looked;

    Sweep(LaneSlots slots, int firstSlot, Removed removed) {
        this.slots = slots;
        this.firstSlot = firstSlot;
        this.removed = removed;
    }

    /** Begins a pass, unless one is under way. */
    void begin() {
        if (nextSlot >= Slot.COUNT) {
            nextSlot = firstSlot;
        }
    }

    /** Looks at so many sessions, to the end of a slot, and returns whether more is left of the pass. */
    boolean slice(int sliceSessions) {
        looked = 0;
        nextSlot = slots.visitFrom(nextSlot, this::clean, slot -> looked < sliceSessions);
        return nextSlot < Slot.COUNT;
    }

    private void clean(int slot, SlotSessions here) {
        looked += here.size() + 1;
        List<HeldSession> gone = new ArrayList<>();
        here.removeIf(session -> session.room.over, gone::add);
        gone.forEach(session -> removed.accept(here, session));
    }
}
