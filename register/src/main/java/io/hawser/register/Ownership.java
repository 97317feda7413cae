package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import java.util.List;
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

    /** Who owned the slots before it came: whoever would now, were neither it there nor those that came after it. */
    SlotTable before() {
        return SlotTable.of(new Membership.View(version(), before(incarnation)));
    }

    /** Who owned a slot before another came; null: nobody who is in view. */
    @Nullable
    Peer ownerBefore(int slot, Peer later) {
        return SlotTable.owner(before(later.incarnation()), slot);
    }

    /** Others that came earlier; a later life of any instance has a higher number. */
    private List<Peer> before(long when) {
        return view.peers().stream()
                .filter(peer -> !isIt(peer) && peer.incarnation() < when)
                .toList();
    }
}
