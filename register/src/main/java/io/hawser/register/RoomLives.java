package io.hawser.register;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.AbsentRoom;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.RoomIncarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The lives of rooms that a lane has heard of, in view or not.
 *
 * <p>A life that is neither in view nor has spoken for the grace is over. One that speaks though no view shows it (the
 * room is new, or the view is old) is as good as seen at that moment. What others say of a room is no sign of its life.
 */
final class RoomLives {
    /** Whoever is gone for longer is so for all purposes. */
    private static final long LONGEST_ABSENCE_MS = TimeUnit.HOURS.toMillis(1);

    private final Map<Key, RoomLife> lives = new HashMap<>();
    private final int lanes;
    private final LongSupplier nanoTime;
    private List<RoomLife> inView = List.of();

    /** @param lanes how many there are */
    RoomLives(int lanes, LongSupplier nanoTime) {
        this.lanes = lanes;
        this.nanoTime = nanoTime;
    }

    /** Returns the life of a room that just spoke. */
    RoomLife speaking(String room, long incarnation) {
        RoomLife life = of(room, incarnation);
        life.absentSinceNanos = nanoTime.getAsLong();
        life.over = false;
        return life;
    }

    /** Returns the life of the room of a session that it just told of itself. */
    RoomLife speaking(Location location) {
        return speaking(location.getRoom(), location.getRoomIncarnation());
    }

    void see(Membership.View view) {
        long now = nanoTime.getAsLong();
        for (RoomLife life : inView) {
            life.inView = false;
            life.absentSinceNanos = now;
        }
        List<RoomLife> seen = new ArrayList<>();
        for (Peer peer : view.peers()) {
            RoomLife life = of(peer.name(), peer.incarnation());
            life.inView = true;
            life.zone = peer.zone();
            life.over = false;
            seen.add(life);
        }
        inView = seen;
    }

    /** Returns the names of the rooms in view that have not told all their sessions of a slot. */
    private List<String> notPoured(int slot) {
        List<String> rooms = new ArrayList<>();
        for (RoomLife life : inView) {
            if (!life.poured.get(slot)) {
                rooms.add(life.room);
            }
        }
        return List.copyOf(rooms);
    }

    /** As {@link #notPoured}, which the slot remembers until something changes. */
    List<String> unknown(int slot, SlotSessions here) {
        List<String> unknown = here.unknownRooms;
        if (unknown == null) {
            unknown = notPoured(slot);
            here.unknownRooms = unknown;
        }
        return unknown;
    }

    /** Returns a life that was told of, by whomever, though it may be over. */
    RoomLife life(RoomIncarnation told) {
        return of(told.getRoom(), told.getIncarnation());
    }

    /** Returns the life of the room of a session that was told of, by whomever, though it may be over. */
    RoomLife life(Location location) {
        return of(location.getRoom(), location.getRoomIncarnation());
    }

    /** Takes another register's word for how long a room is gone; what this one knows of it by itself stands. */
    void hearOf(AbsentRoom told) {
        RoomIncarnation life = told.getLife();
        long absentMs = Math.clamp(told.getAbsentMs(), 0, LONGEST_ABSENCE_MS);
        of(life.getRoom(), life.getIncarnation(), nanoTime.getAsLong() - TimeUnit.MILLISECONDS.toNanos(absentMs));
    }

    /** Returns the lives that are not in view, and for how long. */
    List<AbsentRoom> absent() {
        long now = nanoTime.getAsLong();
        return lives.values().stream()
                .filter(life -> !life.inView)
                .map(life -> AbsentRoom.newBuilder()
                        .setLife(life.toIncarnation())
                        .setAbsentMs(TimeUnit.NANOSECONDS.toMillis(now - life.absentSinceNanos))
                        .build())
                .toList();
    }

    /** Returns the names of the rooms in view. */
    List<String> inView() {
        return inView.stream().map(life -> life.room).toList();
    }

    /** Returns the lives of rooms that told all of the slot. */
    List<RoomIncarnation> thatTold(int slot) {
        return lives.values().stream()
                .filter(life -> life.poured.get(slot))
                .map(RoomLife::toIncarnation)
                .toList();
    }

    /** Returns the names of rooms in view that have not told all of so many slots, which is all there are. */
    List<String> thatHaveNotTold(int slots) {
        return inView.stream()
                .filter(life -> life.poured.cardinality() < slots)
                .map(life -> life.room)
                .toList();
    }

    /** Whether no room in view is about to tell of the slot. */
    boolean allHaveTold(int slot) {
        return inView.stream().noneMatch(life -> life.isStillTelling(slot));
    }

    void forgetPouring(int slot) {
        lives.values().forEach(life -> life.forgetPouring(slot));
    }

    /**
     * Ends the lives that were absent for the grace, and forgets those of them that have no sessions left.
     *
     * @return whether sessions of an ended life are still held
     */
    boolean end(long graceNanos) {
        long now = nanoTime.getAsLong();
        boolean anyLeft = false;
        for (var at = lives.values().iterator(); at.hasNext(); ) {
            RoomLife life = at.next();
            if (life.isAbsentFor(graceNanos, now)) {
                life.over = true;
                life.poured.clear();
                life.again.clear();
                if (life.sessions == 0) {
                    at.remove();
                }
                anyLeft |= life.sessions > 0;
            }
        }
        return anyLeft;
    }

    private RoomLife of(String room, long incarnation) {
        return of(room, incarnation, nanoTime.getAsLong());
    }

    private RoomLife of(String room, long incarnation, long lastSeenNanos) {
        return lives.computeIfAbsent(
                new Key(room, incarnation), _ -> new RoomLife(room, incarnation, lanes, lastSeenNanos));
    }

    private record Key(String room, long incarnation) {}
}
