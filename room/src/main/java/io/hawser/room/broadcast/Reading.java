package io.hawser.room.broadcast;

import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.v1.BroadcastCursor;
import org.jspecify.annotations.Nullable;

/** What is under way between a member and the log. A member for whom all is settled has none. */
final class Reading {
    /** Written, and not acknowledged. */
    final Numbers written = new Numbers();
    /** Acknowledged, above what the client was told as its cursor's low. */
    final Numbers acknowledged = new Numbers();
    /** Examined before, and to be given as soon as may be. */
    final Numbers owed = new Numbers();
    /** Seen on another connection, and not examined yet. */
    final Numbers seenBefore = new Numbers();

    /** The log is to be examined from {@link #examined} on; else it was with the app's others. */
    boolean behind;

    long examined;
    /** Up to here all was examined once: now it is for the sake of groups that were joined since. */
    long recheckTo;
    /** The groups of the first time. */
    @Nullable
    Memberships recheckedBefore;

    /** Owed, too, and taken for settled by the client, until it is told that they are missing. */
    final Numbers untold = new Numbers();
    /** The copy that is stored, while it is of more than was examined here: one of less would be taken for late. */
    @Nullable
    StoredCursor ahead;
    /** Nothing is given until then; 0: no such wait. */
    long heldUntilMs;
    /** Its groups are asked for again: nothing is given before they are known. */
    boolean reloading;
    /** The app's change that its groups were known at, when it came. */
    long knownAtChange;
    /** When the client is to be told its cursor; 0: not planned. */
    long tellMs;
    /** When the cursor is to be saved; 0: nothing is to be saved. */
    long saveMs;
    /** When the first of those that wait for an acknowledgement was written. */
    long firstWrittenMs;

    /** Whether the broadcast was given, or need not be. */
    boolean knows(long bseq) {
        return written.contains(bseq) || acknowledged.contains(bseq) || seenBefore.contains(bseq);
    }

    /** The same member's, whose client is back with its cursor. */
    Reading again(BroadcastCursor cursor, long low) {
        Reading again = new Reading();
        again.behind = true;
        again.examined = recheckTo == 0 ? low : Math.min(low, examined);
        again.recheckTo = Math.min(recheckTo, low);
        again.recheckedBefore = again.recheckTo == 0 ? null : recheckedBefore;
        again.ahead = ahead;
        again.heldUntilMs = heldUntilMs;
        again.reloading = reloading;
        again.knownAtChange = knownAtChange;
        again.saveMs = saveMs;
        again.untold.addUpTo(low, untold);
        for (long seen : cursor.getSeenList()) {
            if (seen > low) {
                again.seenBefore.add(seen);
            }
        }
        for (long missing : cursor.getMissingList()) {
            if (missing > 0 && missing <= low && !again.untold.contains(missing)) {
                again.owed.add(missing);
            }
        }
        return again;
    }

    boolean isSettled() {
        return !behind
                && written.isEmpty()
                && acknowledged.isEmpty()
                && owed.isEmpty()
                && untold.isEmpty()
                && seenBefore.isEmpty()
                && ahead == null
                && !reloading
                && saveMs == 0;
    }

    @Override
    public String toString() {
        return (behind ? "behind at " + examined : "with the others") + ", written " + written + ", acknowledged "
                + acknowledged + ", owed " + owed + ", seen before " + seenBefore
                + (reloading ? ", reloading" : "")
                + (untold.isEmpty() ? "" : ", to be told " + untold)
                + (ahead == null ? "" : ", copy is at " + ahead.getLow())
                + (heldUntilMs == 0 ? "" : ", held until " + heldUntilMs);
    }
}
