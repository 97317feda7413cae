package io.hawser.bench.swarm;

import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Sync;

/** What a client has seen of the app's broadcasts: the room's cursor, and what came since. */
final class Cursor {
    private BroadcastCursor cursor = BroadcastCursor.getDefaultInstance();
    private boolean owed;

    /** What BOUND says. */
    void open(BroadcastCursor told) {
        cursor = told;
        owed = false;
    }

    void saw(long bseq) {
        BroadcastCursor.Builder next = cursor.toBuilder().clearMissing();
        cursor.getMissingList().stream().filter(missing -> missing != bseq).forEach(next::addMissing);
        if (bseq > cursor.getLow() && !cursor.getSeenList().contains(bseq)) {
            next.addSeen(bseq);
        }
        cursor = next.build();
        owed = true;
    }

    /** The room moves {@code low}; of what was seen, that above it stays. */
    void take(Sync sync) {
        BroadcastCursor.Builder next = sync.getCursor().toBuilder().clearSeen();
        cursor.getSeenList().stream().filter(seen -> seen > next.getLow()).forEach(next::addSeen);
        cursor = next.build();
    }

    boolean owesSync() {
        boolean owes = owed;
        owed = false;
        return owes;
    }

    BroadcastCursor told() {
        return cursor;
    }
}
