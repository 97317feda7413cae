package io.hawser.room.connection;

import io.hawser.rpc.id.Slot;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of an event loop, chained by slot. A register's new owner of some slots is told of just those, without a
 * walk over all; a user, which is asked for by name only where the register's word is old, is in a chain of a four
 * thousandth of all. Costs two references a binding.
 */
final class SlotChains {
    private final @Nullable Member[] heads = new Member[Slot.COUNT];

    /** What is chained. */
    abstract static class Member {
        private @Nullable Member previous;
        private @Nullable Member next;

        abstract int slot();
    }

    void add(Binding binding) {
        Member member = binding;
        Member head = heads[member.slot()];
        member.next = head;
        if (head != null) {
            head.previous = member;
        }
        heads[member.slot()] = member;
    }

    void remove(Binding binding) {
        Member member = binding;
        if (member.previous == null) {
            heads[member.slot()] = member.next;
        } else {
            member.previous.next = member.next;
        }
        if (member.next != null) {
            member.next.previous = member.previous;
        }
        member.previous = null;
        member.next = null;
    }

    /** Calls {@code found} with each binding of these slots. It may remove none. */
    void forEach(BitSet slots, Consumer<Binding> found) {
        for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
            forEach(slot, found);
        }
    }

    /** Calls {@code found} with each binding of the slot. It may remove none. */
    void forEach(int slot, Consumer<Binding> found) {
        for (Member member = heads[slot]; member != null; member = member.next) {
            found.accept((Binding) member);
        }
    }
}
