package io.hawser.rpc.link;

import io.hawser.rpc.id.Slot;

/** Which instance of the service a call goes to. */
public sealed interface Route {
    /**
     * The slot's owner in the present view. Calls of one app about one slot are written in the order in which they were
     * made, for as long as the view and the connection last.
     *
     * @param slot 0 to 4,095
     */
    static Route slot(int slot) {
        return new ToSlot(slot);
    }

    /** The instance of this name. */
    static Route peer(String name) {
        return new ToPeer(name);
    }

    /**
     * The instance in this life of it. UNAVAILABLE where the link's view has another: who goes by a view of its own may be
     * ahead of it, and would otherwise speak to one of the past.
     */
    static Route peer(Peer life) {
        return new ToLife(life.name(), life.incarnation());
    }

    /** Of two connected instances drawn by lot, the one with fewer calls pending (Mitzenmacher, 2001). */
    static Route leastLoaded() {
        return ToLeastLoaded.INSTANCE;
    }

    /** See {@link Route#slot}. */
    record ToSlot(int slot) implements Route {
        public ToSlot {
            if (slot < 0 || slot >= Slot.COUNT) {
                throw new IllegalArgumentException("slot: " + slot + " (expected: 0 to " + (Slot.COUNT - 1) + ")");
            }
        }
    }

    /** See {@link Route#peer(String)}. */
    record ToPeer(String name) implements Route {}

    /** See {@link Route#peer(Peer)}. */
    record ToLife(String name, long incarnation) implements Route {}

    /** See {@link Route#leastLoaded}. */
    enum ToLeastLoaded implements Route {
        INSTANCE
    }
}
