package io.hawser.room.connection;

import io.hawser.room.overload.Level;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * What an event loop gives up while the room is short of something: at each level less may wait for a client's socket,
 * and fewer mailboxes are loaded at a time. What is not written now is loaded later (rule R1), so that costs time alone.
 * Then connections go: those that made no binding; those that are parked, for nobody is there to miss them; those whose
 * clients do not read, for they hold most; the newest.
 */
final class Relief {
    /** Ids of connections that are looked at in one turn: most of those that were given are gone. */
    private static final int IDS_A_TURN = 4_096;

    private static final int MIN_WRITE_BUFFER_BYTES = 4_096;

    private final ConnectionLoop loop;
    /**
     * Whose clients leave unread all that may wait for them, or did when they were looked at: of those for whom more
     * waited than a lower bound allows, no event tells that they read on.
     */
    private final SequencedSet<Connection> unread = new LinkedHashSet<>();

    private Level level = Level.NORMAL;
    /** What was short when connections went last: others go as it changes. */
    private Level shedding = Level.NORMAL;
    /** Connections with this id, and below, have not been looked at since what is short changed. */
    private long next;

    Relief(ConnectionLoop loop) {
        this.loop = loop;
    }

    void enter(Level newLevel) {
        level = newLevel;
        shedding = Level.NORMAL;
    }

    /** Whether all that can be given up goes. */
    boolean isCritical() {
        return level == Level.CRITICAL;
    }

    /** More may wait for it than the bound that it has now: the channel heeds that with the next write, and not before. */
    void look(Connection connection) {
        boolean isHere = connection.phase() != Lifecycle.Phase.CLOSED && connection.phase() != Lifecycle.Phase.PARKED;
        reads(connection, !isHere || connection.out().isWithinBound());
    }

    void reads(Connection connection, boolean reads) {
        if (reads) {
            unread.remove(connection);
        } else {
            unread.add(connection);
        }
    }

    /** What may wait for a client's socket: half of it at each level. */
    int writeBufferBytes(int configured) {
        return Math.max(Math.min(configured, MIN_WRITE_BUFFER_BYTES), configured >> level.number());
    }

    /** How many mailboxes may be loaded at once: a quarter of them at each level. */
    int loads(int configured) {
        return Math.max(1, configured >> (2 * level.number()));
    }

    /** Has some connections go, {@code atMost} so many, and returns how many did. */
    int shed(Level present, int atMost, long newestConnection) {
        if (present != shedding) {
            shedding = present;
            next = newestConnection;
        }
        if (present == Level.CRITICAL) {
            int away = loop.parking().shed(atMost);
            if (away > 0 || !unread.isEmpty()) {
                return away + shedUnread(atMost - away);
            }
        }
        return present.isAtLeast(Level.OVERLOADED) ? shedNewest(present, atMost) : 0;
    }

    /** At once, for a last word would have to wait behind all that is not read. */
    private int shedUnread(int atMost) {
        int shed = 0;
        while (shed < atMost && !unread.isEmpty()) {
            Connection last = unread.removeLast();
            if (!last.out().isWithinBound()) {
                last.close(CloseReason.OVERLOADED);
                shed++;
            }
        }
        return shed;
    }

    private int shedNewest(Level present, int atMost) {
        int shed = 0;
        for (int i = 0; i < IDS_A_TURN && shed < atMost && next > 0; i++) {
            Connection newest = loop.nth(next--);
            if (newest != null && newest.wantsFrames() && goes(present, newest)) {
                newest.closeWith(Replies.lastError(loop.refusal()), CloseReason.OVERLOADED);
                shed++;
            }
        }
        return shed;
    }

    private static boolean goes(Level present, Connection connection) {
        return present == Level.CRITICAL || !connection.everBound();
    }
}
