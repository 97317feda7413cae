package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.RoomLifeRef;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The rooms in a center's view, each by its life.
 *
 * @param lives none: the view is not believed
 */
record Rooms(Set<Life> lives) {
    /** A room's life: it has members of its own. */
    record Life(String room, long incarnation) {}

    static Rooms of(Collection<RoomLifeRef> refs) {
        Set<Life> lives = new HashSet<>();
        refs.forEach(ref -> lives.add(new Life(ref.getRoom(), ref.getIncarnation())));
        return new Rooms(lives);
    }

    boolean isBelieved() {
        return !lives.isEmpty();
    }

    /** The same number for the same rooms, in whatever order they are told; never 0. */
    long hash() {
        long sum = 0;
        for (Life life : lives) {
            sum += mix(life.room.hashCode() * 0x9e3779b97f4a7c15L + life.incarnation);
        }
        return sum == 0 ? 1 : sum;
    }

    /** The 64-bit finaliser of MurmurHash3: without it, sums of similar lives are alike. */
    private static long mix(long number) {
        long hash = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
