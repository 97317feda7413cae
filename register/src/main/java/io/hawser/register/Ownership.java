package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;

/**
 * Which slots this instance owns in a view of the registers.
 *
 * @param incarnation this instance's own; in a view that shows another life of it, it owns nothing
 */
record Ownership(String name, long incarnation, long version, SlotTable table) {
    static Ownership of(String name, long incarnation, Membership.View view) {
        return new Ownership(name, incarnation, view.version(), SlotTable.of(view));
    }

    boolean owns(int slot) {
        Peer owner = table.owner(slot);
        return owner != null
                && owner.incarnation() == incarnation
                && owner.name().equals(name);
    }
}
