package io.hawser.room.broadcast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest entries of an app's log, all above {@link #from} up to {@link #to}, found by their number. */
final class Tail {
    private @Nullable Entry[] ring = new Entry[8];
    private long from;
    private long to;
    private long bytes;

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    int size() {
        return (int) (to - from);
    }

    long bytes() {
        return bytes;
    }

    /** Forgets all; what follows is above {@code at}. */
    void restart(long at) {
        Arrays.fill(ring, null);
        from = at;
        to = at;
        bytes = 0;
    }

    /** Adds a newer entry. Numbers that it leaves out are nobody's. */
    void add(Entry entry) {
        while (entry.bseq() - from > ring.length) {
            grow();
        }
        to = entry.bseq();
        ring[at(to)] = entry;
        bytes += entry.bytes();
    }

    /** All up to here is known. */
    void completeTo(long number) {
        while (number - from > ring.length) {
            grow();
        }
        to = Math.max(to, number);
    }

    private void grow() {
        @Nullable Entry[] larger = new Entry[2 * ring.length];
        for (long number = from + 1; number <= to; number++) {
            larger[(int) (number & (larger.length - 1))] = ring[at(number)];
        }
        ring = larger;
    }

    /** Returns the entry, where there is one and it is held. */
    @Nullable
    Entry find(long bseq) {
        return bseq > from && bseq <= to ? ring[at(bseq)] : null;
    }

    /** Takes the place of the entry of its number, where that is held. */
    void replace(Entry entry) {
        if (find(entry.bseq()) != null) {
            ring[at(entry.bseq())] = entry;
        }
    }

    /** Forgets the oldest, up to {@code number}. */
    void dropTo(long number) {
        while (from < Math.min(number, to)) {
            from++;
            Entry dropped = ring[at(from)];
            if (dropped != null) {
                bytes -= dropped.bytes();
                ring[at(from)] = null;
            }
        }
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(size());
        for (long number = from + 1; number <= to; number++) {
            Entry entry = find(number);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private int at(long number) {
        return (int) (number & (ring.length - 1));
    }
}
