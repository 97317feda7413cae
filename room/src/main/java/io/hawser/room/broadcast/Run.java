package io.hawser.room.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Entries that stand one after the other in the log and are for the same members: what waits for a member leaves in one
 * write. An entry that has to wait for its pace is a run of its own.
 */
final class Run {
    /** As many as a client may have in hand. */
    private static final int MAX_ENTRIES = BroadcastConfig.MAX_NAMED;

    /** Below what may wait for a client's socket, which is looked at once a run. */
    static final int MAX_BYTES = 64 << 10;

    private final Scan members;
    private final List<Entry> entries = new ArrayList<>(4);
    private int bytes;
    /** Members who were given all of it, and of whom nothing was told yet. */
    private int given;

    /** @param members whom the first entry may be for */
    Run(Entry first, Scan members) {
        this.members = members;
        entries.add(first);
        bytes = first.bytes();
    }

    /** Takes the log's next entry; false: another run begins with it. */
    boolean add(Entry next) {
        boolean fits = entries.size() < MAX_ENTRIES && bytes + next.bytes() <= MAX_BYTES;
        boolean taken = fits
                && !entries.getFirst().mustWait()
                && !next.mustWait()
                && next.groups().equals(entries.getFirst().groups());
        if (taken) {
            entries.add(next);
            bytes += next.bytes();
        }
        return taken;
    }

    /** Returns the next to be offered the run; null: all were. */
    @Nullable
    Member next() {
        return members.next();
    }

    List<Entry> entries() {
        return entries;
    }

    Entry first() {
        return entries.getFirst();
    }

    int size() {
        return entries.size();
    }

    long from() {
        return entries.getFirst().bseq();
    }

    long to() {
        return entries.getLast().bseq();
    }

    void change(long bseq, UnaryOperator<Entry> change) {
        entries.replaceAll(entry -> entry.bseq() == bseq ? change.apply(entry) : entry);
    }

    boolean has(long bseq) {
        return entries.stream().anyMatch(entry -> entry.bseq() == bseq);
    }

    /** Whether it may be written as a whole: there is no entry that has to wait, or is nobody's, since it began. */
    boolean isWhole(long wallMs) {
        for (Entry entry : entries) {
            if (entry.mustWait() || entry.isDead(wallMs)) {
                return false;
            }
        }
        return entries.size() > 1;
    }

    void given() {
        given++;
    }

    /** Has it counted who was given all of it since the last time. */
    void count(LocalApp app) {
        if (given > 0) {
            for (Entry entry : entries) {
                app.given(entry, given);
            }
            given = 0;
        }
    }
}
