package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import org.jspecify.annotations.Nullable;

/**
 * Which slots this instance owns in a view of the registers.
 *
 * @param incarnation this instance's own; in a view that shows another life of it, it owns nothing
 * @param table what follows from the view
 */
record Ownership(String name, long incarnation, Membership.View view, SlotTable table) {
    static Ownership of(String name, long incarnation, Membership.View view) {
        return new Ownership(name, incarnation, view, SlotTable.of(view));
    }

    long version() {
        return view.version();
    }

    boolean owns(int slot) {
        Peer owner = table.owner(slot);
        return owner != null && owner.incarnation() == incarnation && isIt(owner);
    }

    /** Whether that is this instance, in whichever life. */
    boolean isIt(@Nullable Peer peer) {
        return peer != null && peer.name().equals(name);
    }

    /** Who would own the slots if it were not there: who did, before it came. */
    SlotTable withoutIt() {
        return SlotTable.of(new Membership.View(
                view.version(),
                view.peers().stream().filter(peer -> !isIt(peer)).toList()));
    }
}
