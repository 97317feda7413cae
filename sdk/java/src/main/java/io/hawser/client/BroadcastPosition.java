package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.BroadcastCursor;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Which of an app's broadcasts were handed over: all up to {@code low} but those in {@code missing}, and those in
 * {@code seen}. Immutable. Only the room moves {@code low}, which knows what is for this client at all.
 */
public final class BroadcastPosition {
    /** Most numbers that {@code seen} and {@code missing} hold each; rooms keep to half of it. */
    static final int MAX_NUMBERS = 128;

    /** Nothing is known: the first room says where the log stands. */
    public static final BroadcastPosition NONE = new BroadcastPosition(0, new TreeSet<>(), new TreeSet<>(), 0);

    private final long low;
    private final NavigableSet<Long> seen;
    private final NavigableSet<Long> missing;
    private final long inHand;

    private BroadcastPosition(long low, NavigableSet<Long> seen, NavigableSet<Long> missing, long inHand) {
        this.low = low;
        this.seen = seen;
        this.missing = missing;
        this.inHand = inHand;
    }

    /**
     * Makes a position.
     *
     * @param low all broadcasts up to here are done with, but those in {@code missing}
     * @param seen broadcasts above {@code low} that were handed over
     * @param missing broadcasts up to {@code low} that are still to come
     * @param inHand the broadcast that is being given to the listener; 0: none
     * @throws HawserException PROTOCOL_ERROR if there are too many numbers, or any is on the wrong side of {@code low}
     */
    public static BroadcastPosition of(long low, Collection<Long> seen, Collection<Long> missing, long inHand) {
        NavigableSet<Long> above = new TreeSet<>(seen);
        NavigableSet<Long> below = new TreeSet<>(missing);
        requireFew("seen", above);
        requireFew("missing", below);
        if (low < 0
                || !above.headSet(low, true).isEmpty()
                || !below.tailSet(low, false).isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "cursor: seen " + above + ", missing " + below + " (expected: above and up to low " + low + ")");
        }
        return new BroadcastPosition(low, above, below, inHand);
    }

    public long low() {
        return low;
    }

    /** Returns the broadcasts above {@link #low} that were handed over, ascending. */
    public Collection<Long> seen() {
        return java.util.Collections.unmodifiableCollection(seen);
    }

    /** Returns the broadcasts up to {@link #low} that are still to come, ascending. */
    public Collection<Long> missing() {
        return java.util.Collections.unmodifiableCollection(missing);
    }

    /** Returns the broadcast that is being given to the listener; 0: none. */
    public long inHand() {
        return inHand;
    }

    /**
     * Returns whether nothing is known. A position at 0 that a room told, or that a store has kept, is something else: it is the
     * present of an app that had no broadcast yet, and the first one is beyond it.
     */
    @SuppressWarnings("ReferenceEquality")
    boolean isNone() {
        return this == NONE;
    }

    /** Returns whether the broadcast was handed over, or is not for this client. */
    boolean isPast(long bseq) {
        return bseq <= low ? !missing.contains(bseq) : seen.contains(bseq);
    }

    BroadcastPosition inHand(long bseq) {
        return bseq == inHand ? this : new BroadcastPosition(low, seen, missing, bseq);
    }

    BroadcastPosition handed(long bseq) {
        NavigableSet<Long> above = new TreeSet<>(seen);
        NavigableSet<Long> below = new TreeSet<>(missing);
        if (bseq > low) {
            above.add(bseq);
        } else {
            below.remove(bseq);
        }
        return new BroadcastPosition(low, newest(above), below, 0);
    }

    /** Takes over what the room says, which was checked; what was handed over meanwhile, which the room cannot know of yet, stays so. */
    BroadcastPosition told(BroadcastCursor cursor) {
        NavigableSet<Long> above = new TreeSet<>(cursor.getSeenList());
        NavigableSet<Long> below = new TreeSet<>();
        above.addAll(seen.tailSet(cursor.getLow(), false));
        for (long bseq : cursor.getMissingList()) {
            if (!isPast(bseq)) {
                below.add(bseq);
            }
        }
        return new BroadcastPosition(cursor.getLow(), newest(above), below, inHand);
    }

    /** Rooms keep to less; with one that does not, the oldest may come again. */
    private static NavigableSet<Long> newest(NavigableSet<Long> numbers) {
        while (numbers.size() > MAX_NUMBERS) {
            numbers.pollFirst();
        }
        return numbers;
    }

    /** @throws HawserException PROTOCOL_ERROR as {@link #of} */
    static void check(BroadcastCursor cursor) {
        of(cursor.getLow(), cursor.getSeenList(), cursor.getMissingList(), 0);
    }

    BroadcastCursor toWire() {
        return BroadcastCursor.newBuilder()
                .setLow(low)
                .addAllSeen(seen)
                .addAllMissing(missing)
                .build();
    }

    private static void requireFew(String what, Collection<Long> numbers) {
        if (numbers.size() > MAX_NUMBERS) {
            throw HawserException.refusal(
                    ErrorCode.PROTOCOL_ERROR,
                    "cursor: " + numbers.size() + " " + what + " (expected: at most " + MAX_NUMBERS + ")");
        }
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof BroadcastPosition)) {
            return false;
        }
        BroadcastPosition that = (BroadcastPosition) other;
        return low == that.low && inHand == that.inHand && seen.equals(that.seen) && missing.equals(that.missing);
    }

    @Override
    public int hashCode() {
        return Objects.hash(low, inHand, seen, missing);
    }

    @Override
    public String toString() {
        return "BroadcastPosition[low " + low + ", seen " + seen + ", missing " + missing + ", in hand " + inHand + "]";
    }
}
