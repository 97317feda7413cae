package io.hawser.register;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.LeftSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one slot that this instance owns: a hash table of users, chained through the sessions themselves.
 *
 * <p>All sessions of a user hash alike, so one chain holds them all. There are 4,096 slots, so tables are small and
 * growing one of them is no pause.
 */
final class SlotSessions {
    private static final int INITIAL_BUCKETS = 4;

    /** Its number. */
    final int slot;

    /** Pours under an earlier membership version of the registers were meant for an earlier ownership. */
    final long ownedSince;

    final EarlyLeaves early = new EarlyLeaves();

    /** Another register owns the slot since, or we do anew. */
    boolean released;
    /** What was told of its devices is known to be so; see {@link Presence}. */
    boolean settled;
    /** When that was last made sure of; and what {@link Presence} had missed by then, and when the comparison began. */
    long comparedNanos;

    long missed;
    long missedBefore;
    /** How many comparisons in a row had missed something since the one before. */
    int missedInARow;

    /** Since when all rooms have told theirs, where that is of interest; 0: they have not. */
    long pouredSinceNanos;

    /** Who owned the slot before, and has yet to tell what it knows; null: nobody, or it has told all. */
    @Nullable
    Peer ownerBefore;

    /** Who is asked meanwhile: that one, or, where it does not answer, an older one; null: nobody. */
    @Nullable
    Peer asked;

    /** When the slot became this register's. */
    long takenNanos;

    /** Names of the rooms in view that have not told all yet; null when it has to be found out again. */
    @Nullable
    List<String> unknownRooms;

    private @Nullable HeldSession[] buckets = new HeldSession[INITIAL_BUCKETS];
    private int size;

    SlotSessions(int slot, long ownedSince) {
        this.slot = slot;
        this.ownedSince = ownedSince;
    }

    @Nullable
    HeldSession find(String app, byte[] user, int hash, String mailbox) {
        for (HeldSession at = bucket(hash); at != null; at = at.next) {
            if (at.isOf(app, user, hash) && at.reads(mailbox)) {
                return at;
            }
        }
        return null;
    }

    /** Returns the session of a bind, wherever it stands: this looks at all. */
    @Nullable
    HeldSession find(LeftSession bind) {
        for (HeldSession head : buckets) {
            for (HeldSession at = head; at != null; at = at.next) {
                if (at.isStamped(bind.getStamp()) && at.isAt(bind.getLocation())) {
                    return at;
                }
            }
        }
        return null;
    }

    void forEachOf(String app, byte[] user, int hash, Consumer<HeldSession> visitor) {
        for (HeldSession at = bucket(hash); at != null; at = at.next) {
            if (at.isOf(app, user, hash)) {
                visitor.accept(at);
            }
        }
    }

    int countOf(String app, byte[] user, int hash) {
        int count = 0;
        for (HeldSession at = bucket(hash); at != null; at = at.next) {
            count += at.isOf(app, user, hash) ? 1 : 0;
        }
        return count;
    }

    /** Whether the device has a session here. */
    boolean holds(Away.Device device) {
        return holdsBesides(null, device);
    }

    /** Whether the device has a session here that is not {@code known}. */
    boolean holdsBesides(@Nullable HeldSession known, Away.Device device) {
        int hash = Holdings.hash(device.app(), device.user());
        byte[] user = device.user().getBytes(StandardCharsets.UTF_8);
        for (HeldSession at = bucket(hash); at != null; at = at.next) {
            if (!at.equals(known) && at.isOf(device.app(), user, hash) && at.isDevice(device.device())) {
                return true;
            }
        }
        return false;
    }

    /** All of the session's user, itself too. */
    void forEachOfUserOf(HeldSession session, Consumer<HeldSession> visitor) {
        for (HeldSession at = bucket(session.hash); at != null; at = at.next) {
            if (at.isOfUserOf(session)) {
                visitor.accept(at);
            }
        }
    }

    /** Whether no other session of its user comes before it in {@link #forEach}. */
    boolean isFirstOfUser(HeldSession session) {
        HeldSession at = bucket(session.hash);
        while (at != null && !at.isOfUserOf(session)) {
            at = at.next;
        }
        return at == session;
    }

    void add(HeldSession session) {
        if (size >= buckets.length) {
            grow();
        }
        push(session);
        size++;
    }

    /** Removes a session that is here. */
    void remove(HeldSession session) {
        removeIf(index(session.hash), at -> at == session, removed -> {});
    }

    /** Removes what matches, wherever it stands, and shows it to {@code removed}. */
    void removeIf(Predicate<HeldSession> matches, Consumer<HeldSession> removed) {
        for (int i = 0; i < buckets.length; i++) {
            removeIf(i, matches, removed);
        }
    }

    void forEach(Consumer<HeldSession> visitor) {
        for (HeldSession head : buckets) {
            for (HeldSession at = head; at != null; at = at.next) {
                visitor.accept(at);
            }
        }
    }

    int size() {
        return size;
    }

    private void removeIf(int bucket, Predicate<HeldSession> matches, Consumer<HeldSession> removed) {
        HeldSession kept = null;
        HeldSession next;
        for (HeldSession at = buckets[bucket]; at != null; at = next) {
            next = at.next;
            if (matches.test(at)) {
                size--;
                removed.accept(at);
            } else {
                at.next = kept;
                kept = at;
            }
        }
        buckets[bucket] = kept;
    }

    private void grow() {
        @Nullable HeldSession[] old = buckets;
        buckets = new HeldSession[old.length * 2];
        for (HeldSession head : old) {
            HeldSession next;
            for (HeldSession at = head; at != null; at = next) {
                next = at.next;
                push(at);
            }
        }
    }

    private void push(HeldSession session) {
        int index = index(session.hash);
        session.next = buckets[index];
        buckets[index] = session;
    }

    private @Nullable HeldSession bucket(int hash) {
        return buckets[index(hash)];
    }

    private int index(int hash) {
        return hash & (buckets.length - 1);
    }
}
