package io.hawser.room.links;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.SlotTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which register owns each slot, by this room's present view. One place for both those who enter sessions and those who
 * pour them: what one of them sent to an owner of the past, the other will know.
 */
public final class RegisterOwners {
    /** A view and what follows from it. */
    record Table(long version, SlotTable slots) {}

    private volatile Table table = new Table(0, SlotTable.of(new Membership.View(0, List.of())));

    public void moveTo(Membership.View view) {
        table = new Table(view.version(), SlotTable.of(view));
    }

    Table table() {
        return table;
    }

    @Nullable
    Peer owner(int slot) {
        return table.slots().owner(slot);
    }

    /** Whether the slot's owner is still this one, in the same life. */
    boolean isOwner(int slot, Peer peer) {
        return isSame(owner(slot), peer);
    }

    static boolean isSame(@Nullable Peer one, @Nullable Peer other) {
        if (one == null) {
            return other == null;
        }
        return other != null
                && one.incarnation() == other.incarnation()
                && one.name().equals(other.name());
    }
}
