package io.hawser.coordinator.uplink;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The slots whose items this coordinator forwards, by a view of who is alive. */
public final class OwnedSlots {
    private final BitSet slots = new BitSet(Slot.COUNT);

    private OwnedSlots() {}

    static OwnedSlots none() {
        return new OwnedSlots();
    }

    /** Those of {@code name} in the view; none where it is not in it. */
    public static OwnedSlots of(String name, Membership.View view) {
        OwnedSlots owned = new OwnedSlots();
        SlotTable table = SlotTable.of(view);
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            Peer owner = table.owner(slot);
            owned.slots.set(slot, owner != null && owner.name().equals(name));
        }
        return owned;
    }

    boolean contains(int slot) {
        return slots.get(slot);
    }

    public boolean isEmpty() {
        return slots.isEmpty();
    }

    int count() {
        return slots.cardinality();
    }

    boolean sameAs(OwnedSlots other) {
        return slots.equals(other.slots);
    }

    /** As pairs [first, last]. */
    public List<Integer> ranges() {
        List<Integer> ranges = new ArrayList<>();
        for (int first = slots.nextSetBit(0); first >= 0; ) {
            int end = slots.nextClearBit(first);
            ranges.add(first);
            ranges.add(end - 1);
            first = slots.nextSetBit(end);
        }
        return ranges;
    }
}
