package io.hawser.register;

import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.v1.RoomIncarnation;
import java.util.BitSet;

/** What a lane knows of one life (name and incarnation) of a room. */
final class RoomLife {
    final String room;
    final long incarnation;
    /** Slots of which the room told all its sessions. */
    final BitSet poured = new BitSet();
    /** Of these, slots that it was asked to tell again, and has not yet: a leave may overtake what it gathers. */
    final BitSet again = new BitSet();
    /** Of the sessions that are held. */
    final SlotDigests digests;

    int sessions;
    boolean inView;
    /** Where it stands, as the last view that showed it has it. */
    String zone = "";
    /** Reading of the monotonic clock; of meaning while not in view. */
    long absentSinceNanos;
    /** Out of view for longer than the grace: its sessions are being removed. */
    boolean over;

    RoomLife(String room, long incarnation, int lanes, long lastSeenNanos) {
        this.digests = new SlotDigests(lanes);
        this.room = room;
        this.incarnation = incarnation;
        this.absentSinceNanos = lastSeenNanos;
    }

    RoomIncarnation toIncarnation() {
        return RoomIncarnation.newBuilder()
                .setRoom(room)
                .setIncarnation(incarnation)
                .build();
    }

    boolean isStillTelling(int slot) {
        return !poured.get(slot) || again.get(slot);
    }

    void hasTold(int slot) {
        poured.set(slot);
        again.clear(slot);
    }

    /** The slot's owner before knows all of it; the room is still to tell. */
    void isKnown(int slot) {
        if (!poured.get(slot)) {
            poured.set(slot);
            again.set(slot);
        }
    }

    /** What it told is not what there is: it tells the slot again, and what is known of it stands meanwhile. */
    void tellsAgain(int slot) {
        again.set(slot);
    }

    void forgetPouring(int slot) {
        poured.clear(slot);
        again.clear(slot);
    }

    boolean isAbsentFor(long graceNanos, long nowNanos) {
        return !inView && nowNanos - absentSinceNanos >= graceNanos;
    }
}
