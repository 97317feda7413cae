package io.hawser.register;

import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import org.jspecify.annotations.Nullable;

/** Adds sessions to slots and takes them out, so that what is counted of them is true. Used by the lane's thread only. */
final class Changes {
    private final Holdings holdings;
    private final RoomLives rooms;
    private final Replaced replaced;

    Changes(Holdings holdings, RoomLives rooms, Replaced replaced) {
        this.holdings = holdings;
        this.rooms = rooms;
        this.replaced = replaced;
    }

    /** Returns a session that counts, and has to be added. Whoever tells of it: its room may be gone. */
    HeldSession hold(SlotSessions here, Session told, Stamp stamp) {
        return holdings.hold(here.slot, told, stamp, rooms.life(told.getLocation()));
    }

    /** Adds a session in place of another. Returns whether that had to give way: the same place, bound anew, is not another. */
    boolean replace(SlotSessions here, @Nullable HeldSession before, HeldSession fresh) {
        here.add(fresh);
        if (before == null) {
            return false;
        }
        Session loser = before.toSession();
        drop(here, before);
        if (fresh.isAt(loser.getLocation())) {
            return false;
        }
        replaced.kick(loser, PackedIds.sameInstallation(before.ids, fresh.ids));
        return true;
    }

    /** One that is told of came too late: {@code newer} is there. */
    void refuse(Session told, HeldSession newer) {
        replaced.kick(told, PackedIds.sameInstallation(newer.ids, PackedIds.of(told)));
    }

    void drop(SlotSessions here, HeldSession session) {
        here.remove(session);
        holdings.drop(here.slot, session);
    }

    /** Sessions of the lane. */
    int size() {
        return holdings.size();
    }
}
