package io.hawser.register;

import io.hawser.rpc.link.Membership;
import java.util.List;

/**
 * The newest views of the world and the limits that hold, for lanes to read.
 *
 * <p>A view is a state and no message: a lane that is busy takes the newest before its next task and misses nothing by
 * skipping those between, and no queue can be too full for one.
 */
final class Views {
    private volatile Ownership ownership;
    private volatile Membership.View rooms = new Membership.View(0, List.of());

    private volatile SessionLimits limits;

    Views(Ownership ownership, SessionLimits limits) {
        this.ownership = ownership;
        this.limits = limits;
    }

    Ownership ownership() {
        return ownership;
    }

    void ownership(Ownership newest) {
        ownership = newest;
    }

    Membership.View rooms() {
        return rooms;
    }

    void rooms(Membership.View newest) {
        rooms = newest;
    }

    SessionLimits limits() {
        return limits;
    }

    void limits(SessionLimits newest) {
        limits = newest;
    }
}
