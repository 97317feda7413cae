package io.hawser.room.connection;

import io.hawser.wire.v1.BroadcastCursor;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a device heard of its app's broadcasts, and the cursor that says so. */
final class HeardBroadcasts {
    private final NavigableSet<Long> heard = new TreeSet<>();
    private final NavigableSet<Long> seen = new TreeSet<>();
    private final NavigableSet<Long> missing = new TreeSet<>();
    private long low;
    /** All up to here were before its time; -1: that was not said yet. */
    private long began = -1;

    /** The room's word on where the device stands, in BOUND. */
    void bound(BroadcastCursor cursor) {
        seen.clear();
        seen.addAll(cursor.getSeenList());
        synced(cursor);
    }

    /** As in SYNC: what was heard meanwhile, it cannot know of. */
    void synced(BroadcastCursor cursor) {
        low = cursor.getLow();
        seen.headSet(low, true).clear();
        missing.clear();
        missing.addAll(cursor.getMissingList());
        missing.removeAll(heard);
        if (began < 0) {
            began = missing.isEmpty() ? low : missing.first() - 1;
        }
    }

    void came(long bseq) {
        heard.add(bseq);
        missing.remove(bseq);
        if (bseq > low) {
            seen.add(bseq);
        }
    }

    /** Null: nothing was said of where it stands. */
    @Nullable
    BroadcastCursor cursor() {
        return began < 0
                ? null
                : BroadcastCursor.newBuilder()
                        .setLow(low)
                        .addAllSeen(seen)
                        .addAllMissing(missing)
                        .build();
    }

    /** Whether it heard all up to here. */
    boolean isComplete(long watermark) {
        return LongStream.rangeClosed(began + 1, watermark).allMatch(heard::contains);
    }

    @Override
    public String toString() {
        return "broadcasts " + heard + " after " + began;
    }
}
