package io.hawser.register;

import java.util.BitSet;

/** What a lane knows of one life (name and incarnation) of a room. */
final class RoomLife {
    final String room;
    final long incarnation;
    /** Slots of which the room told all its sessions. */
    final BitSet poured = new BitSet();

    int sessions;
    boolean inView;
    /** Reading of the monotonic clock; of meaning while not in view. */
    long absentSinceNanos;
    /** Out of view for longer than the grace: its sessions are being removed. */
    boolean over;

    RoomLife(String room, long incarnation, long nowNanos) {
        this.room = room;
        this.incarnation = incarnation;
        this.absentSinceNanos = nowNanos;
    }

    boolean isAbsentFor(long graceNanos, long nowNanos) {
        return !inView && nowNanos - absentSinceNanos >= graceNanos;
    }
}
