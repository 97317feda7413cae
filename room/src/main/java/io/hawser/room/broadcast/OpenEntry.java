package io.hawser.room.broadcast;

import org.jspecify.annotations.Nullable;

/**
 * An entry that members of one event loop wait for. That a member waits is one bit of its own: so many tasks may be open
 * in an app, and a hundred thousand waiting members cost nothing but their bit.
 */
final class OpenEntry {
    final int place;
    private Entry entry;
    /** Members of this loop who wait. */
    private int waiting;
    /** Who was a member when the loop came to the entry. */
    private int targeted;

    private @Nullable Scan scan;
    private boolean servedInScan;
    private int written;

    OpenEntry(Entry entry, int place) {
        this.entry = entry;
        this.place = place;
    }

    Entry entry() {
        return entry;
    }

    void update(Entry newer) {
        entry = newer;
    }

    long bit() {
        return 1L << place;
    }

    int waiting() {
        return waiting;
    }

    void waits(int change) {
        waiting += change;
        assert waiting >= 0;
    }

    int targeted() {
        return targeted;
    }

    void target() {
        targeted++;
    }

    /** Nobody waits, and nobody will. */
    boolean isOver(long wallMs) {
        return waiting == 0 && (entry.isFinal() || entry.isDead(wallMs));
    }

    // The walk over those who may wait.

    /** Returns the next who may wait; null where all were walked over once more. */
    @Nullable
    Member next(LocalApp app) {
        if (scan == null) {
            scan = new Scan(app.crowds().audience(entry.groups()));
            servedInScan = false;
        }
        Member next = scan.next();
        if (next == null) {
            scan = null;
        }
        return next;
    }

    /**
     * Somebody was.
     *
     * @return 1 where it was written to
     */
    int served(boolean wasWritten) {
        servedInScan = true;
        written += wasWritten ? 1 : 0;
        return wasWritten ? 1 : 0;
    }

    /** Members of this loop to whom it was written in its turn. */
    int written() {
        return written;
    }

    /** Whether the walk that just ended was of use, and another one may be. */
    boolean isWorthAnotherWalk() {
        return servedInScan && waiting > 0;
    }
}
