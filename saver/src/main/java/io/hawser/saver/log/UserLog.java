package io.hawser.saver.log;

import io.hawser.saver.journal.LogId;
import io.hawser.saver.redis.LogKeys;
import io.hawser.wire.HawserException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a lane remembers of a user's log: not its content, which is in Redis, but what MySQL's tables do not have yet.
 * A log with nothing of that kind is forgotten. Owned by the lane.
 */
final class UserLog {
    private static final int SPREAD = 4;

    final LogId id;
    final LogKeys keys;
    /** In the order of their commits: the last {@link #uncommitted} ones are not committed, all before them are. */
    final ArrayDeque<LogEntry> unfolded = new ArrayDeque<>(2);
    /** Answers that show what is not committed: they are given when it is. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(1);
    /**
     * By mailbox, what was acknowledged since it was last written to MySQL; of mailboxes that are gone, too, for MySQL may
     * refuse that. One that takes the place of such a one begins no earlier.
     */
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
    /** What Redis did in this generation, or in one before, may rest on something that MySQL refused; 0: nothing was. */
    int undoneGeneration;
    /** Newest message that is to be pushed; 0: none. */
    long owedSeq;
    /** MySQL's row says that a push is owed. */
    boolean owedInRow;

    /** @param last the newest entry when this was asked for */
    private record Waiting(LogEntry last, LogEntry.Waiter waiter) {}

    UserLog(LogId id) {
        this.id = id;
        this.keys = new LogKeys(id.slot(), id.app(), id.user());
    }

    /** Returns the first seq of which something may still be undone; where there is none, one beyond all. */
    long unsettledFrom() {
        return leastUncommitted(entry -> entry.from);
    }

    /** Tells when all that was done to the log up to now is committed; at once where it is. */
    void whenCommitted(LogEntry.Waiter waiter) {
        if (uncommitted == 0) {
            waiter.committed();
        } else {
            waiting.add(new Waiting(unfolded.getLast(), waiter));
        }
    }

    /** Commits come in the order of the entries. */
    void committed(LogEntry entry) {
        for (Waiting next = waiting.peek(); next != null && next.last == entry; next = waiting.peek()) {
            waiting.remove();
            next.waiter.committed();
        }
    }

    /** An entry may come to nothing, and with it what was answered after it. */
    void failWaiting(HawserException cause) {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.waiter.failed(cause);
        }
    }

    /** Returns the first seq that was given to a message and is not committed; where there is none, one beyond all. */
    long firstUncommitted() {
        return leastUncommitted(entry ->
                entry.journal.hasAppended() ? entry.journal.getAppended().getSeq() : Long.MAX_VALUE);
    }

    private long leastUncommitted(ToLongFunction<LogEntry> seq) {
        long least = Long.MAX_VALUE;
        var newest = unfolded.descendingIterator();
        for (int i = 0; i < uncommitted; i++) {
            least = Math.min(least, seq.applyAsLong(newest.next()));
        }
        return least;
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

    /** How long it stays in Redis once nothing waits in it: logs that were emptied together go one after another. */
    long emptyLifetimeMs(LaneSettings settings) {
        long least = settings.emptyLifetime().toMillis();
        return least + Math.floorMod(id.hashCode(), least / SPREAD + 1);
    }

    /** Whether MySQL's tables have everything that is known of it. */
    boolean persisted() {
        return unfolded.isEmpty() && !dirty;
    }

    /** Whether nothing would be lost by forgetting it. */
    boolean idle() {
        return persisted() && inUse == 0 && parked == null && owedSeq == 0;
    }
}
