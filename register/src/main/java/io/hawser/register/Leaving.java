package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.HandOverRequest;
import io.hawser.rpc.v1.HandedSlot;
import io.hawser.rpc.v1.LeftSession;
import io.hawser.rpc.v1.RoomIncarnation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slots that were this register's until now and are others', with what it held of them: kept until their new owners have
 * been told, or nobody waits for it any more. Used by the lane's thread only.
 *
 * <p>While that lasts a slot may change hands again, as where two registers join at once. Then its newest owner is told, and
 * that it was not the first: the one between may have taken sessions by itself.
 */
final class Leaving {
    private final Map<Integer, Handing> slots = new LinkedHashMap<>();
    private final RoomLives rooms;
    private final HandOverPauses pauses;

    Leaving(RoomLives rooms, LongSupplier nanoTime) {
        this.rooms = rooms;
        this.pauses = new HandOverPauses(nanoTime);
    }

    /** A slot on its way. */
    static final class Handing {
        final SlotSessions sessions;
        final List<RoomIncarnation> poured;
        final List<String> unknownRooms;
        /** Not all was known here: the owner before this register had not told it. */
        final boolean unfinished;

        final long sinceNanos;
        private Peer to;
        /** Of the view that gives the slot to that one. */
        private long version;
        /** It was another's in between. */
        private boolean passedOver;
        /** What it had when it was given up, in an order that stays; made when its turn comes. */
        private @Nullable Contents contents;
        /** As many of these were told. */
        private int told;

        /** Who had left comes first: who tells of them later is not believed. */
        private record Contents(List<LeftSession> left, List<HeldSession> held) {
            static Contents of(SlotSessions sessions) {
                List<HeldSession> held = new ArrayList<>(sessions.size());
                sessions.forEach(held::add);
                return new Contents(sessions.early.all(), held);
            }

            int size() {
                return left.size() + held.size();
            }

            void addTo(HandedSlot.Builder part, int from, int to) {
                int ofLeft = left.size();
                part.addAllLeft(left.subList(Math.min(from, ofLeft), Math.min(to, ofLeft)));
                held.subList(Math.max(from - ofLeft, 0), Math.max(to - ofLeft, 0))
                        .forEach(session -> part.addSessions(session.toSession()));
            }
        }

        /** @param version of the view that gives the slot to the other */
        Handing(
                SlotSessions sessions,
                List<RoomIncarnation> poured,
                List<String> unknownRooms,
                boolean unfinished,
                Peer to,
                long version,
                long sinceNanos) {
            this.sessions = sessions;
            this.poured = poured;
            this.unknownRooms = unknownRooms;
            this.unfinished = unfinished;
            this.to = to;
            this.version = version;
            this.sinceNanos = sinceNanos;
        }

        /** Whether that register is the one to be told. */
        boolean isFor(String register) {
            return to.name().equals(register);
        }

        /** By a newer view; what the owner was told in an earlier one it may have forgotten since. */
        private void moveTo(Peer owner, long newest) {
            passedOver |= !isSameLife(owner, to);
            to = owner;
            version = newest;
            told = 0;
        }

        private Contents contents() {
            Contents made = contents;
            if (made == null) {
                made = Contents.of(sessions);
                contents = made;
            }
            return made;
        }

        HandedSlot part(int maxSessions) {
            Contents all = contents();
            int end = Math.min(all.size(), told + maxSessions);
            HandedSlot.Builder part =
                    HandedSlot.newBuilder().setSlot(sessions.slot).setPassedOver(passedOver);
            all.addTo(part, told, end);
            if (end == all.size()) {
                part.setComplete(true).addAllPoured(poured).setUnfinished(unfinished);
            }
            return part.build();
        }
    }

    /** What is told a new owner at once. */
    record Parcel(Peer to, HandOverRequest request) {
        List<Integer> slots() {
            return request.getSlotsList().stream().map(HandedSlot::getSlot).toList();
        }
    }

    void add(int slot, Handing handing) {
        slots.put(slot, handing);
    }

    /**
     * Takes a newer view of the registers. Where one that was to be told is gone, nobody knows what it had taken by itself,
     * and its slots are left to the rooms.
     *
     * @return how many slots are
     */
    int see(Ownership ownership) {
        int before = slots.size();
        pauses.endAll();
        slots.values().removeIf(handing -> !isThere(handing.to, ownership.view()));
        slots.forEach((slot, handing) -> {
            Peer owner = ownership.table().owner(slot);
            if (owner != null) {
                handing.moveTo(owner, ownership.version());
            }
        });
        return before - slots.size();
    }

    private static boolean isThere(Peer register, Membership.View view) {
        return view.peers().stream().anyMatch(peer -> isSameLife(peer, register));
    }

    private static boolean isSameLife(Peer a, Peer b) {
        return a.incarnation() == b.incarnation() && a.name().equals(b.name());
    }

    /** The slot is this register's again. */
    void drop(int slot) {
        slots.remove(slot);
    }

    /** What was held was another life's. */
    void dropAll() {
        slots.clear();
    }

    @Nullable
    Handing get(int slot) {
        return slots.get(slot);
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Returns the next slots, of one receiver, with about so many sessions; null: there are none whose owner may be told now. */
    @Nullable
    Parcel next(int maxSessions, int maxSlots) {
        Optional<Handing> next = slots.values().stream()
                .filter(handing -> !pauses.isPaused(handing.to))
                .findFirst();
        return next.map(first -> parcel(first, maxSessions, maxSlots)).orElse(null);
    }

    /** How long until an owner that has yet to be told may be, in nanoseconds; null: there is none. */
    @Nullable
    Long pauseNanos() {
        return slots.values().stream()
                .map(handing -> pauses.leftNanos(handing.to))
                .min(Long::compare)
                .orElse(null);
    }

    private Parcel parcel(Handing first, int maxSessions, int maxSlots) {
        HandOverRequest.Builder request =
                HandOverRequest.newBuilder().setMembershipVersion(first.version).addAllAbsentRooms(rooms.absent());
        int room = maxSessions;
        for (Handing handing : slots.values()) {
            if (room <= 0 || request.getSlotsCount() == maxSlots) {
                break;
            }
            if (handing.to.equals(first.to) && handing.version == first.version) {
                HandedSlot part = handing.part(room);
                request.addSlots(part);
                room -= size(part);
            }
        }
        return new Parcel(first.to, request.build());
    }

    /** It was taken, but for the slots that were refused: these come again, after all others, and not at once. */
    void taken(Parcel parcel, List<Integer> refused) {
        if (refused.isEmpty()) {
            pauses.end(parcel.to());
        } else {
            pauses.lengthen(parcel.to(), refused.size() < parcel.request().getSlotsCount());
        }
        for (HandedSlot part : parcel.request().getSlotsList()) {
            Handing handing = slots.get(part.getSlot());
            if (handing != null && handing.version == parcel.request().getMembershipVersion()) {
                if (refused.contains(part.getSlot())) {
                    slots.remove(part.getSlot());
                    slots.put(part.getSlot(), handing);
                } else if (part.getComplete()) {
                    slots.remove(part.getSlot());
                } else {
                    handing.told += size(part);
                }
            }
        }
    }

    private static int size(HandedSlot part) {
        return part.getLeftCount() + part.getSessionsCount();
    }

    /** Returns how many slots were given up before, and are not kept any more. */
    int forgetThoseBefore(long nanos) {
        int before = slots.size();
        slots.values().removeIf(handing -> handing.sinceNanos - nanos < 0);
        return before - slots.size();
    }
}
