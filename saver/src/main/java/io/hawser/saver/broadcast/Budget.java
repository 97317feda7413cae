package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastEntry;
import java.util.List;

/** What a reply may still hold. The first entry of all always fits. */
final class Budget {
    static final int MAX_ENTRIES = 1_000;
    private static final int ENTRIES = 256;
    private static final int BYTES = 512 << 10;
    static final int MAX_BYTES = 2 << 20;

    private int entries;
    private long bytes;
    private boolean empty = true;

    private Budget(int entries, long bytes) {
        this.entries = entries;
        this.bytes = bytes;
    }

    /** As asked; 0 is the default. */
    static Budget of(int askedEntries, int askedBytes) {
        return new Budget(
                Checks.wanted(askedEntries, ENTRIES, MAX_ENTRIES), Checks.wanted(askedBytes, BYTES, MAX_BYTES));
    }

    int entries() {
        return entries;
    }

    /** Returns the first of some entries, as many as fit, and counts them. */
    List<BroadcastEntry> take(List<BroadcastEntry> from) {
        int taken = 0;
        while (taken < from.size() && fits(from.get(taken))) {
            taken++;
        }
        return from.subList(0, taken);
    }

    private boolean fits(BroadcastEntry entry) {
        int size = entry.getSerializedSize();
        if (entries == 0 || (size > bytes && !empty)) {
            return false;
        }
        entries--;
        bytes -= size;
        empty = false;
        return true;
    }
}
