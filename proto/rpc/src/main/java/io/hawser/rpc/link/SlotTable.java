package io.hawser.rpc.link;

import io.hawser.rpc.id.Slot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which peer owns each slot, by rendezvous hashing (Thaler and Ravishankar, 1998): the owner is the peer with the
 * highest weight for the slot, and a weight depends on nothing but the peer's name and the slot. So all who have the
 * same view agree without talking, a peer that leaves gives up its own slots and moves no other, and one that joins
 * takes an equal share from each. A restarted instance keeps its name, and so its slots.
 */
public final class SlotTable {
    private final @Nullable Peer[] owners;

    private SlotTable(@Nullable Peer[] owners) {
        this.owners = owners;
    }

    public static SlotTable of(Membership.View view) {
        List<Peer> peers = view.peers();
        long[] hashes = hashes(peers);
        Peer[] owners = new Peer[Slot.COUNT];
        if (!peers.isEmpty()) {
            for (int slot = 0; slot < owners.length; slot++) {
                owners[slot] = peers.get(heaviest(peers, hashes, slot));
            }
        }
        return new SlotTable(owners);
    }

    /** Returns the owner of a slot, 0 to 4,095; null in a view without peers. */
    public @Nullable Peer owner(int slot) {
        return owners[slot];
    }

    /** As a table of a view of these peers has it, where only one slot is of interest; null: there are none. */
    public static @Nullable Peer owner(List<Peer> peers, int slot) {
        return peers.isEmpty() ? null : peers.get(heaviest(peers, hashes(peers), slot));
    }

    private static long[] hashes(List<Peer> peers) {
        return peers.stream().mapToLong(peer -> hash(peer.name())).toArray();
    }

    private static int heaviest(List<Peer> peers, long[] hashes, int slot) {
        int best = 0;
        long bestWeight = weight(hashes[0], slot);
        for (int i = 1; i < hashes.length; i++) {
            long weight = weight(hashes[i], slot);
            int order = Long.compare(weight, bestWeight);
            if (order > 0
                    || (order == 0
                            && peers.get(i).name().compareTo(peers.get(best).name()) > 0)) {
                best = i;
                bestWeight = weight;
            }
        }
        return best;
    }

    private static long weight(long peerHash, int slot) {
        return mix(peerHash + slot * 0x9e3779b97f4a7c15L);
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
