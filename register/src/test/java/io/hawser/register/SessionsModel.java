package io.hawser.register;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** What sessions a register has to know of, kept the plain way: one a mailbox, and who poured what. */
final class SessionsModel {
    private static final int USERS = 12;
    static final int[] USERS_SLOTS = IntStream.range(0, USERS)
            .map(user -> Slot.of("demo", "user-" + user))
            .distinct()
            .toArray();
    static final Comparator<Stamp> BY_AGE =
            Comparator.comparingLong(Stamp::getMembershipVersion).thenComparingLong(Stamp::getCounter);

    final List<Session> history = new ArrayList<>();
    final Map<String, Session> current = new LinkedHashMap<>();
    final List<Peer> live = new ArrayList<>();
    private final Map<Integer, Set<Peer>> poured = new HashMap<>();
    /** Sessions that left before their room had told all of their slot. */
    private final Set<Session> leftEarly = new HashSet<>();

    private final Map<Integer, Long> releasedAt = new HashMap<>();
    private Ownership ownership;
    /** Membership version in which this incarnation first owned a slot; 0: none yet. */
    private long bornAt;

    SessionsModel(Ownership ownership) {
        this.ownership = ownership;
    }

    static String user(Random random) {
        return "user-" + random.nextInt(USERS);
    }

    boolean owns(Session session) {
        return ownership.owns(Registry.slot(session));
    }

    List<Session> ofUser(String user) {
        return current.values().stream()
                .filter(session -> session.getUser().equals(user))
                .toList();
    }

    List<String> unknownRooms(int slot) {
        return live.stream()
                .filter(room -> !poured.getOrDefault(slot, Set.of()).contains(room))
                .map(Peer::name)
                .toList();
    }

    /** The newest of its mailbox. Returns what it replaces elsewhere, at most one. */
    List<Session> enter(Session held) {
        history.add(held);
        Session before = current.put(key(held), held);
        return before == null || samePlace(before, held) ? List.of() : List.of(before);
    }

    /** Returns whether it was there. */
    boolean leave(Session session, boolean byPusher) {
        if (!byPusher && !hasPoured(session)) {
            leftEarly.add(session);
        }
        return current.remove(key(session), session);
    }

    /** Its room never heard its stamp, and so never pours it. Returns whether it was there. */
    boolean leaveUnstamped(Session session) {
        return current.remove(key(session), session);
    }

    void admit(Session session, long roomsVersion, Set<Integer> refused, List<Session> losers) {
        int slot = Registry.slot(session);
        if (!accepts(slot, roomsVersion)) {
            refused.add(slot);
            return;
        }
        if (leftEarly.contains(session)) {
            return;
        }
        Session before = current.get(key(session));
        boolean newer = before == null || BY_AGE.compare(before.getStamp(), session.getStamp()) < 0;
        if (before != null && !samePlace(before, session)) {
            losers.add(newer ? before : session);
        }
        if (newer) {
            current.put(key(session), session);
        }
    }

    void complete(int slot, Peer room, long roomsVersion, Set<Integer> refused) {
        if (accepts(slot, roomsVersion)) {
            Set<Peer> told = poured.computeIfAbsent(slot, key -> new HashSet<>());
            told.add(room);
            leftEarly.removeIf(
                    session -> Registry.slot(session) == slot && (isOf(session, room) || told.containsAll(live)));
        } else {
            refused.add(slot);
        }
    }

    private boolean accepts(int slot, long roomsVersion) {
        return ownership.owns(slot) && Math.max(bornAt, releasedAt.getOrDefault(slot, 0L)) <= roomsVersion;
    }

    void see(Ownership newest, boolean reborn) {
        Ownership before = ownership;
        ownership = newest;
        bornAt = reborn ? 0 : bornAt;
        for (int slot : USERS_SLOTS) {
            if (reborn || (before.owns(slot) && !newest.owns(slot))) {
                forget(slot, newest.version());
            }
        }
        if (bornAt == 0 && IntStream.range(0, Slot.COUNT).anyMatch(newest::owns)) {
            bornAt = newest.version();
        }
    }

    private void forget(int slot, long since) {
        releasedAt.put(slot, since);
        poured.remove(slot);
        leftEarly.removeIf(session -> Registry.slot(session) == slot);
        current.values().removeIf(session -> Registry.slot(session) == slot);
    }

    /** The rooms that are gone take their sessions along. */
    void sweep() {
        current.values().removeIf(session -> !isLive(session));
    }

    private boolean hasPoured(Session session) {
        return poured.getOrDefault(Registry.slot(session), Set.of()).stream().anyMatch(room -> isOf(session, room));
    }

    boolean isLive(Session session) {
        return live.stream().anyMatch(room -> isOf(session, room));
    }

    static boolean isOf(Session session, Peer room) {
        return session.getLocation().getRoom().equals(room.name())
                && session.getLocation().getRoomIncarnation() == room.incarnation();
    }

    static boolean samePlace(Session a, Session b) {
        return a.getLocation().equals(b.getLocation());
    }

    static String key(Session session) {
        return session.getUser() + "/" + session.getMailbox();
    }
}
