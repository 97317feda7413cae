package io.hawser.bench.swarm;

import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Sync;
import java.util.Arrays;

/** What a client has seen of the app's broadcasts: the room's cursor, and what came since. */
final class Cursor {
    private static final long[] NONE = {};

    private long low;
    private long[] seen = NONE;
    private int seenCount;
    private long[] missing = NONE;
    private boolean owed;

    /** What BOUND says. */
    void open(BroadcastCursor told) {
        low = told.getLow();
        seenCount = 0;
        told.getSeenList().forEach(this::add);
        missing = told.getMissingList().stream().mapToLong(Long::longValue).toArray();
        owed = false;
    }

    /** Returns false where it was seen before. */
    boolean saw(long bseq) {
        owed = true;
        if (bseq > low) {
            boolean isNew = Arrays.stream(seen, 0, seenCount).noneMatch(other -> other == bseq);
            if (isNew) {
                add(bseq);
            }
            return isNew;
        }
        int before = missing.length;
        missing = Arrays.stream(missing).filter(other -> other != bseq).toArray();
        return missing.length < before;
    }

    private void add(long bseq) {
        if (seenCount == seen.length) {
            seen = Arrays.copyOf(seen, Math.max(4, 2 * seenCount));
        }
        seen[seenCount++] = bseq;
    }

    /** The room moves {@code low}; of what was seen, that above it stays. */
    void take(Sync sync) {
        low = sync.getCursor().getLow();
        missing = sync.getCursor().getMissingList().stream()
                .mapToLong(Long::longValue)
                .toArray();
        int kept = 0;
        for (int i = 0; i < seenCount; i++) {
            if (seen[i] > low) {
                seen[kept++] = seen[i];
            }
        }
        seenCount = kept;
    }

    boolean owesSync() {
        boolean owes = owed;
        owed = false;
        return owes;
    }

    BroadcastCursor told() {
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder().setLow(low);
        Arrays.stream(seen, 0, seenCount).forEach(cursor::addSeen);
        Arrays.stream(missing).forEach(cursor::addMissing);
        return cursor.build();
    }
}
