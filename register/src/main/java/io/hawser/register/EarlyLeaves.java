package io.hawser.register;

import io.hawser.rpc.v1.LeftSession;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sessions of a slot that left while their room was still pouring it.
 *
 * <p>A room gathers what it pours, sends it, and goes on: a leave can overtake the pour that still tells of the session.
 * Without a note of it, that session would be there until its room is gone.
 */
final class EarlyLeaves {
    private final Set<Left> left = new HashSet<>();

    private record Left(Location location, Stamp stamp) {
        static Left of(Session session) {
            return new Left(session.getLocation(), session.getStamp());
        }

        LeftSession told() {
            return LeftSession.newBuilder()
                    .setLocation(location)
                    .setStamp(stamp)
                    .build();
        }
    }

    /** Returns false where as many are noted as may be. One of which its room never heard a stamp is in no pour. */
    boolean note(Session session, int max) {
        return !session.hasStamp() || note(Left.of(session), max);
    }

    /** As {@link #note(Session, int)}, of one that left at the owner of the slot before. */
    boolean note(LeftSession told, int max) {
        return note(new Left(told.getLocation(), told.getStamp()), max);
    }

    private boolean note(Left leaving, int max) {
        return left.contains(leaving) || (left.size() < max && left.add(leaving));
    }

    boolean contains(Session session) {
        return !left.isEmpty() && left.contains(Left.of(session));
    }

    /** Returns all that are noted. */
    List<LeftSession> all() {
        return left.stream().map(Left::told).toList();
    }

    /** Forgets those of a room that has told all. */
    void forget(RoomLife room) {
        left.removeIf(leaving -> leaving.location.getRoomIncarnation() == room.incarnation
                && leaving.location.getRoom().equals(room.room));
    }

    void forgetAll() {
        left.clear();
    }
}
