package io.hawser.saver.outbox;

import io.hawser.rpc.id.Slot;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/** Slots that a caller asks for, as pairs [first, last], and as a condition of SQL. */
final class SlotSet {
    private final BitSet slots = new BitSet(Slot.COUNT);

    /** Fails with INVALID_ARGUMENT where they are no pairs of slots. */
    static SlotSet ofRanges(List<Integer> ranges) {
        if (ranges.size() % 2 != 0) {
            throw invalid("slot_ranges: " + ranges.size() + " numbers (expected: pairs)");
        }
        SlotSet set = new SlotSet();
        for (int i = 0; i < ranges.size(); i += 2) {
            int first = checked(ranges.get(i));
            int last = checked(ranges.get(i + 1));
            set.slots.set(first, Math.max(first, last + 1));
        }
        return set;
    }

    static SlotSet of(List<Integer> single) {
        SlotSet set = new SlotSet();
        single.forEach(slot -> set.slots.set(checked(slot)));
        return set;
    }

    /** Those from {@code first} on. */
    SlotSet from(int first) {
        SlotSet set = new SlotSet();
        set.slots.or(slots);
        set.slots.clear(0, first);
        return set;
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** {@code slot IN (…)}; numbers of ours, so they stand in the text. */
    String condition() {
        if (slots.cardinality() == Slot.COUNT) {
            return "TRUE";
        }
        return "slot IN (" + slots.stream().mapToObj(Integer::toString).collect(Collectors.joining(",")) + ")";
    }

    private static int checked(int slot) {
        if (slot < 0 || slot >= Slot.COUNT) {
            throw invalid("slot: " + Integer.toUnsignedString(slot) + " (expected: 0 to " + (Slot.COUNT - 1) + ")");
        }
        return slot;
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
