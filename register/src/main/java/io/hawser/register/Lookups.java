package io.hawser.register;

import io.hawser.rpc.v1.Whereabouts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers where users are, by what a lane holds, and held until a short while ago. Used by the lane's thread only. */
final class Lookups {
    private final LaneSlots slots;
    private final RoomLives rooms;
    private final Leaving leaving;
    private final Predecessors predecessors;
    private final RegisterMetrics metrics;

    Lookups(LaneSlots slots, RoomLives rooms, Leaving leaving, Predecessors predecessors, RegisterMetrics metrics) {
        this.slots = slots;
        this.rooms = rooms;
        this.leaving = leaving;
        this.predecessors = predecessors;
        this.metrics = metrics;
    }

    /** So many users were looked up. */
    void count(int users) {
        metrics.lookups.increment(users);
    }

    Whereabouts of(int slot, String app, String user) {
        SlotSessions here = slots.get(slot);
        if (here == null) {
            metrics.notOwner.increment();
            return Whereabouts.newBuilder().setNotOwner(true).build();
        }
        return whereabouts(here, rooms.unknown(slot, here), app, user);
    }

    /**
     * As {@link #of}, with what owners before told besides.
     *
     * @param told null: nothing
     */
    Whereabouts with(@Nullable Whereabouts told, int slot, String app, String user) {
        Whereabouts now = of(slot, app, user);
        SlotSessions here = slots.get(slot);
        if (told == null || here == null) {
            return now;
        }
        Whereabouts both = OwnersBefore.combined(now, told, here.early::contains);
        return predecessors.passesOver(here)
                ? both.toBuilder()
                        .clearUnknownRooms()
                        .addAllUnknownRooms(now.getUnknownRoomsList())
                        .build()
                : both;
    }

    /**
     * Where a user was when the slot became another's, or is, where it has not yet. Where others may know more, it says so: as
     * this register was not told all, or as the asker is not whom it gave the slot to.
     *
     * @param asker the register that asks, which is the owner by its own view
     */
    Whereabouts asOwnerBefore(String asker, int slot, String app, String user) {
        Leaving.Handing left = leaving.get(slot);
        if (left == null) {
            Whereabouts now = of(slot, app, user);
            SlotSessions here = slots.get(slot);
            return here == null || !predecessors.mayKnowMore(slot, here) ? now : notAll(now);
        }
        if (!left.isFor(asker)) {
            return notAll(whereabouts(left.sessions, rooms.inView(), app, user));
        }
        Whereabouts then = whereabouts(left.sessions, left.unknownRooms, app, user);
        return left.unfinished ? notAll(then) : then;
    }

    private static Whereabouts notAll(Whereabouts known) {
        return known.toBuilder().setNotOwner(true).build();
    }

    private static Whereabouts whereabouts(SlotSessions here, List<String> unknown, String app, String user) {
        byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
        Whereabouts.Builder answer = Whereabouts.newBuilder();
        here.forEachOf(app, userBytes, Holdings.hash(app, user), session -> answer.addSessions(session.toSession()));
        return unknown.isEmpty() && answer.getSessionsCount() == 0
                ? Whereabouts.getDefaultInstance()
                : answer.addAllUnknownRooms(unknown).build();
    }
}
