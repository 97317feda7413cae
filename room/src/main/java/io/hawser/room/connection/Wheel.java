package io.hawser.room.connection;

import org.jspecify.annotations.Nullable;

/**
 * One event loop's deadlines: a hashed wheel of one level (Varghese and Lauck, 1987), whose entries are the connections
 * themselves. So a deadline costs two references and a number, and nothing is allocated when it moves.
 *
 * <p>An entry has one place, the earliest moment at which anything of it may be due. It is asked then, and says when to
 * be asked again. Deadlines beyond the wheel's circumference (102 s) are asked once a turn: that is cheaper than a second
 * level for the few minutes that heartbeats last. Times are milliseconds on the loop's own monotonic clock.
 */
final class Wheel {
    static final int TICK_MILLIS = 100;
    static final long NEVER = Long.MAX_VALUE;

    private static final int SPOKES = 1024;

    private final @Nullable Entry[] spokes = new Entry[SPOKES];
    private int cursor;

    /** What has deadlines. */
    abstract static class Entry {
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private int tick = -1;

        /** Does all that is due, and returns when to be asked again: {@link Wheel#NEVER} to be left alone. */
        abstract long onDue(long nowMs);
    }

    /** Has the entry asked at {@code dueMs}, or earlier where that was arranged before. */
    void arm(Entry entry, long dueMs) {
        int tick = tickAt(dueMs);
        if (entry.tick >= 0 && entry.tick <= tick) {
            return;
        }
        disarm(entry);
        link(entry, tick);
    }

    void disarm(Entry entry) {
        if (entry.tick < 0) {
            return;
        }
        if (entry.previous == null) {
            spokes[entry.tick % SPOKES] = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next != null) {
            entry.next.previous = entry.previous;
        }
        entry.previous = null;
        entry.next = null;
        entry.tick = -1;
    }

    /**
     * Asks the entries whose time has come, {@code atMost} of them.
     *
     * @return false where some are left: turn again soon, after others had the loop
     */
    boolean turn(long nowMs, int atMost) {
        int target = (int) (nowMs / TICK_MILLIS);
        int asked = 0;
        while (true) {
            for (Entry due = spokes[cursor % SPOKES]; due != null; due = spokes[cursor % SPOKES]) {
                if (asked++ == atMost) {
                    return false;
                }
                ask(due, nowMs);
            }
            if (cursor >= target) {
                return true;
            }
            cursor++;
        }
    }

    private void ask(Entry entry, long nowMs) {
        disarm(entry);
        long nextMs = entry.onDue(nowMs);
        if (nextMs != NEVER) {
            arm(entry, nextMs);
        }
    }

    /** Never the spoke under the cursor, which is being emptied. */
    private int tickAt(long dueMs) {
        long tick = (dueMs + TICK_MILLIS - 1) / TICK_MILLIS;
        return (int) Math.clamp(tick, cursor + 1L, cursor + SPOKES - 1L);
    }

    private void link(Entry entry, int tick) {
        Entry first = spokes[tick % SPOKES];
        entry.next = first;
        if (first != null) {
            first.previous = entry;
        }
        spokes[tick % SPOKES] = entry;
        entry.tick = tick;
    }
}
