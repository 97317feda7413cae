package io.hawser.rpc.id;

import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.SlotDigest;
import io.hawser.rpc.v1.Stamp;

/**
 * How many sessions of one room there are in each slot, and the sum of their hashes. Whoever has the same sessions, by
 * place and stamp, has the same digests, in whatever order they came and went; of two that differ, one in four thousand
 * million pairs is taken for the same.
 *
 * <p>Eight bytes a slot. Used by one thread at a time.
 */
public final class SlotDigests {
    private final int stride;
    private final int[] sessions;
    private final int[] hashes;

    /** Of all slots. */
    public SlotDigests() {
        this(1);
    }

    /** Of each {@code stride}-th slot alone, whichever is the first. */
    public SlotDigests(int stride) {
        this.stride = stride;
        this.sessions = new int[Math.ceilDiv(Slot.COUNT, stride)];
        this.hashes = new int[sessions.length];
    }

    public void add(int slot, long connection, int binding, long stampVersion, long stampCounter) {
        sessions[slot / stride]++;
        hashes[slot / stride] += hash(connection, binding, stampVersion, stampCounter);
    }

    /** Adds a session that has a stamp. */
    public void add(int slot, Session session) {
        Location place = session.getLocation();
        Stamp stamp = session.getStamp();
        add(slot, place.getConnection(), place.getBinding(), stamp.getMembershipVersion(), stamp.getCounter());
    }

    /** Takes back one that was added. */
    public void remove(int slot, long connection, int binding, long stampVersion, long stampCounter) {
        sessions[slot / stride]--;
        hashes[slot / stride] -= hash(connection, binding, stampVersion, stampCounter);
    }

    /** Adds all of the other's, of the same slots, to these, and returns these. */
    public SlotDigests plus(SlotDigests other) {
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] += other.sessions[i];
            hashes[i] += other.hashes[i];
        }
        return this;
    }

    public SlotDigest of(int slot) {
        return SlotDigest.newBuilder()
                .setSlot(slot)
                .setSessions(sessions[slot / stride])
                .setHash(hashes[slot / stride])
                .build();
    }

    /** Returns whether these are the sessions that are told of. */
    public boolean match(SlotDigest told) {
        return of(told.getSlot()).equals(told);
    }

    private static int hash(long connection, int binding, long stampVersion, long stampCounter) {
        long hash = mix(connection);
        hash = mix(hash + binding);
        hash = mix(hash + stampVersion);
        return (int) mix(hash + stampCounter);
    }

    private static long mix(long hash) {
        return Slot.mix(hash + 0x9e3779b97f4a7c15L);
    }
}
