package io.hawser.register;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.OnlineCounts;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts the sessions and users of a lane, of all apps in one walk, a slice at a time between other work. Nothing is kept
 * for it with the sessions: who asks has it counted, and whoever asks within some seconds gets the same; a count of slots that are
 * not all known yet is soon made anew. Used by the lane's thread only.
 */
final class Census {
    /** Of an app, as many client versions are counted apart: clients choose what they are called. */
    static final int MAX_VERSIONS = 100;

    private static final long MAX_AGE_NANOS = 5_000_000_000L;
    private static final long MAX_AGE_OF_A_PART_NANOS = 200_000_000L;

    private final LaneSlots slots;
    private final RoomLives rooms;
    private final Predecessors predecessors;
    private final int firstSlot;
    private final LongSupplier nanoTime;
    private Map<String, AppCount> apps = Map.of();
    /** Slots that are in the count, all rooms having told all of them. */
    private final BitSet counted = new BitSet(Slot.COUNT);
    /** Slots that are not, of which nobody but rooms has more to tell. */
    private final BitSet leftToRooms = new BitSet(Slot.COUNT);
    /** Slots were not known. */
    private boolean isPart;
    /** When the last slice of it was. */
    private long countedNanos;

    private int nextSlot = Slot.COUNT;
    private boolean any;
    private int looked;

    Census(LaneSlots slots, RoomLives rooms, Predecessors predecessors, int firstSlot, LongSupplier nanoTime) {
        this.slots = slots;
        this.rooms = rooms;
        this.predecessors = predecessors;
        this.firstSlot = firstSlot;
        this.nanoTime = nanoTime;
    }

    /**
     * Goes on counting, so many sessions to the end of a slot; or anew, where the last count is old.
     *
     * @return whether there is a count
     */
    boolean goOn(int sliceSessions) {
        if (isOld()) {
            forget();
            apps = new HashMap<>();
            nextSlot = firstSlot;
            any = true;
        }
        if (nextSlot >= Slot.COUNT) {
            return true;
        }
        countedNanos = nanoTime.getAsLong();
        looked = 0;
        nextSlot = slots.visitFrom(nextSlot, this::count, slot -> looked < sliceSessions);
        return nextSlot >= Slot.COUNT;
    }

    /** By the count that there is. */
    OnlineCounts of(String app) {
        AppCount count = apps.get(app);
        return (count == null ? OnlineCounts.newBuilder() : count.toCounts())
                .setCountedSlots(ByteString.copyFrom(counted.toByteArray()))
                .setSlotsLeftToRooms(ByteString.copyFrom(leftToRooms.toByteArray()))
                .build();
    }

    /** Forgets the count: slots have come or gone. */
    void forget() {
        apps = Map.of();
        counted.clear();
        leftToRooms.clear();
        isPart = false;
        nextSlot = Slot.COUNT;
        any = false;
    }

    /** Forgets a count that nobody would be given any more. */
    void forgetWhatIsOld() {
        if (isOld()) {
            forget();
        }
    }

    private boolean isOld() {
        boolean isDone = nextSlot >= Slot.COUNT;
        long maxAgeNanos = isDone && isPart ? MAX_AGE_OF_A_PART_NANOS : MAX_AGE_NANOS;
        return !any || nanoTime.getAsLong() - countedNanos > maxAgeNanos;
    }

    private void count(int slot, SlotSessions here) {
        looked += here.size() + 1;
        boolean isKnown = rooms.unknown(slot, here).isEmpty();
        counted.set(slot, isKnown);
        leftToRooms.set(slot, !isKnown && !predecessors.mayKnowMore(slot, here));
        isPart |= !isKnown;
        here.forEach(session ->
                apps.computeIfAbsent(session.app(), app -> new AppCount()).add(session, here.isFirstOfUser(session)));
    }

    /** Of an app. */
    private static final class AppCount {
        private final Map<String, Long> byZone = new HashMap<>();
        private final Map<String, Long> byVersion = new HashMap<>();
        private long sessions;
        private long users;
        private long ofOtherVersions;

        void add(HeldSession session, boolean firstOfUser) {
            sessions++;
            users += firstOfUser ? 1 : 0;
            byZone.merge(session.room.zone, 1L, Long::sum);
            String version = session.clientVersion();
            if (byVersion.size() < MAX_VERSIONS || byVersion.containsKey(version)) {
                byVersion.merge(version, 1L, Long::sum);
            } else {
                ofOtherVersions++;
            }
        }

        OnlineCounts.Builder toCounts() {
            return OnlineCounts.newBuilder()
                    .setSessions(sessions)
                    .setUsers(users)
                    .putAllSessionsByZone(byZone)
                    .putAllSessionsByClientVersion(byVersion)
                    .setSessionsOfOtherVersions(ofOtherVersions);
        }
    }
}
