package io.hawser.saver.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A slot that this saver owns. Owned by the lane. */
final class SlotState {
    final int slot;
    int generation;
    byte[] generationText = {};
    /** What holds its marker; empty: nothing yet. */
    String markedIn = "";
    /** Redis has its marker, or had: whoever owned the slot before is refused there. */
    boolean fencedInRedis;

    private final long takenNanos = System.nanoTime();
    /** Operations that wait for the next generation; null: the present one is good. */
    @Nullable
    ArrayDeque<Operation<?>> parked;
    /** Operations on their way that change something: if their outcome gets lost, so does the generation. */
    int changing;
    /** When it may take its next generation at the soonest. */
    long renewableNanos = takenNanos;
    /** On its way to another owner: takes nothing new. */
    boolean leaving;

    SlotState(int slot, int generation) {
        this.slot = slot;
        setGeneration(generation);
    }

    /**
     * Whether memory must not serve it yet: who owned it before may have been taken for dead, live, and reach Redis, which
     * has heard of no other owner; and goes by that for so long after it was last known to live.
     */
    boolean waitsForTheLease() {
        return !fencedInRedis && System.nanoTime() - takenNanos < ReadFence.LEASE_NANOS;
    }

    void setGeneration(int next) {
        generation = next;
        generationText = Integer.toString(next).getBytes(StandardCharsets.US_ASCII);
    }
}
