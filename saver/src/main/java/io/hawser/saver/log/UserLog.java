package io.hawser.saver.log;

import io.hawser.saver.journal.LogId;
import io.hawser.saver.redis.LogKeys;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lane remembers of a user's log: not its content, which is in Redis, but what MySQL's tables do not have yet.
 * A log with nothing of that kind is forgotten. Owned by the lane.
 */
final class UserLog {
    final LogId id;
    final LogKeys keys;
    /** In the order of their commits: the last {@link #uncommitted} ones are not committed, all before them are. */
    final ArrayDeque<LogEntry> unfolded = new ArrayDeque<>(2);
    /** By mailbox, what was acknowledged since it was last written to MySQL. */
    final Map<String, Long> acknowledged = new HashMap<>(2);
    /** Operations that wait until the log is reconciled; null: it is not being reconciled. */
    @Nullable
    ArrayDeque<Operation<?>> parked;
    /** Operations on their way, and work on the log besides. */
    int inUse;
    /** How many of {@link #unfolded} are not committed. */
    int uncommitted;
    /** Differs from what MySQL's row says. */
    boolean dirty;
    /** Grows with each change that the row has to tell. */
    long version;
    /** Newest message that is to be pushed; 0: none. */
    long owedSeq;
    /** MySQL's row says that a push is owed. */
    boolean owedInRow;

    UserLog(LogId id) {
        this.id = id;
        this.keys = new LogKeys(id.slot(), id.app(), id.user());
    }

    /** Returns the seq beyond which nothing may be told of the log yet. */
    long loadsEnd() {
        long end = Long.MAX_VALUE;
        var newest = unfolded.descendingIterator();
        for (int i = 0; i < uncommitted; i++) {
            end = Math.min(end, newest.next().loadsEnd);
        }
        return end;
    }

    /** Returns the first seq that was given to a message and is not committed; where there is none, one beyond all. */
    long firstUncommitted() {
        long first = Long.MAX_VALUE;
        var newest = unfolded.descendingIterator();
        for (int i = 0; i < uncommitted; i++) {
            LogEntry entry = newest.next();
            if (entry.journal.hasAppended()) {
                first = Math.min(first, entry.journal.getAppended().getSeq());
            }
        }
        return first;
    }

    void changed() {
        dirty = true;
        version++;
    }

    /** The push of all up to {@code seq} was written, or nobody is there to push to. */
    void settle(long seq) {
        if (owedSeq != 0 && seq >= owedSeq) {
            owedSeq = 0;
            if (owedInRow) {
                changed();
            }
        }
    }

    /** Whether nothing would be lost by forgetting it. */
    boolean idle() {
        return unfolded.isEmpty() && inUse == 0 && !dirty && parked == null && owedSeq == 0;
    }
}
