package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Sync;
import org.jspecify.annotations.Nullable;

/**
 * What a client has had of its app's log, and what it was told of that (rule R6).
 *
 * <p>What the client knows is {@link #told}, its cursor's low. It moves by SYNC alone, and never past what was written
 * and not acknowledged: what a client has in hand is above its low, or was told to be missing. So a cursor that comes
 * back says for each entry whether it was had.
 *
 * <p>A base and no part: there are many, and a part would cost each an object. A client for whom all is settled up to
 * where the app is has no {@link Reading}: a broadcast that is not for it does not touch it.
 */
abstract class CursorKeeping {
    /** Acknowledged broadcasts above the client's low after which it is told a new one at once. */
    private static final int TELL_AT = 16;
    /** A client that nothing was for is told its cursor now and then, lest the log be trimmed above it. */
    private static final long TELL_LAG = 256;

    final LocalApp app;
    final Attached binding;

    @Nullable
    Reading reading;

    /** The low of the newest copy: one that were behind it would be taken for late. */
    private long savedLow;

    private byte fruitless;
    private boolean moved;
    /** Newest entry that was examined with others; may be below where the app is. */
    long mark;

    /** The client's low. */
    long told;
    /** Open entries of the app that are for it, a bit for each of their places. */
    long waiting;

    CursorKeeping(LocalApp app, Attached binding) {
        this.app = app;
        this.binding = binding;
    }

    /** Whether its groups are about to change by its own wish. */
    abstract boolean joins();

    abstract boolean isOn();

    /** Has it given what is owed. */
    abstract void goOn();

    /** All up to here was examined. */
    long examined() {
        return reading != null && reading.behind ? reading.examined : Math.max(mark, app.offered());
    }

    /** All up to here was examined, and is not in the client's hands. */
    private long settledTo(Reading present) {
        return present.written.isEmpty() ? examined() : Math.min(examined(), present.written.first() - 1);
    }

    void wrote(long bseq) {
        Reading present = reading();
        if (present.written.isEmpty()) {
            present.firstWrittenMs = app.host().nowMs();
        }
        present.written.add(bseq);
        app.tally(bseq).sent();
        app.parts().meters().written().increment();
    }

    boolean hasRoom(Reading present) {
        int named = present.written.size() + present.acknowledged.size() + present.seenBefore.size();
        return present.written.isEmpty() || named < app.config().window();
    }

    /** Where the binding begins: all after it is to be examined. */
    Reading beginAt(StartingPoint start) {
        told = start.low();
        fruitless = (byte) Math.min(start.fruitless(), Byte.MAX_VALUE);
        Reading begun = new Reading();
        begun.behind = true;
        begun.examined = start.low();
        StoredCursor ahead = start.ahead();
        begun.ahead = ahead;
        savedLow = ahead == null ? 0 : ahead.getLow();
        start.seen().forEach(begun.seenBefore::add);
        start.missing().forEach(begun.owed::add);
        long heldMs =
                start.heldUntilMs() == 0 ? 0 : start.heldUntilMs() - app.host().wallMs();
        if (heldMs > 0) {
            app.parts().meters().heldBack().increment();
            begun.heldUntilMs = app.host().nowMs() + heldMs;
            binding.wakeAt(begun.heldUntilMs);
        }
        if (start.isNew()) {
            saveSoon(begun);
        }
        return begun;
    }

    /** The client's word of what it had. Returns whether any of it was news. */
    boolean onCursor(BroadcastCursor cursor) {
        Reading present = reading;
        if (present == null || !acknowledge(present, cursor)) {
            return false;
        }
        moved = true;
        fruitless = 0;
        saveSoon(present);
        tellSoon(present);
        return true;
    }

    /** Does what is due of the cursor. */
    void keepCursor(Reading present, long nowMs) {
        if (isDue(present.tellMs, nowMs)) {
            tell(present);
        }
        if (isDue(present.saveMs, nowMs)) {
            save(present);
        }
    }

    /** The log is another one: what was settled says nothing of it. */
    void reset(long watermark) {
        waiting = 0;
        mark = watermark;
        savedLow = 0;
        reading = null;
        tell(watermark, new Numbers());
    }

    private boolean acknowledge(Reading present, BroadcastCursor cursor) {
        boolean any = false;
        for (int i = present.written.size() - 1; i >= 0; i--) {
            long bseq = present.written.get(i);
            if (had(bseq, cursor)) {
                any = true;
                present.written.removeAt(i);
                if (bseq > told) {
                    present.acknowledged.add(bseq);
                }
                app.tally(bseq).acknowledged();
                app.parts().meters().acknowledged().increment();
            }
        }
        return any;
    }

    /** A low beyond what it was told is the client's invention. */
    private boolean had(long bseq, BroadcastCursor cursor) {
        boolean below = bseq <= told && Long.compareUnsigned(bseq, cursor.getLow()) <= 0;
        return below
                ? !cursor.getMissingList().contains(bseq)
                : cursor.getSeenList().contains(bseq);
    }

    void tellSoon(Reading present) {
        if (present.acknowledged.size() > TELL_AT) {
            tell(present);
        } else if (!present.acknowledged.isEmpty() || !present.untold.isEmpty()) {
            tellLater(present);
        }
    }

    private void tellLater(Reading present) {
        if (present.tellMs == 0) {
            present.tellMs = app.host().nowMs() + app.config().tellAfter().toMillis();
            binding.wakeAt(present.tellMs);
        }
    }

    /** Tells the client its cursor, where it is another one than before. */
    void tell(Reading present) {
        present.tellMs = 0;
        long low = settledTo(present);
        if (joins()) {
            // What is joined meanwhile counts from now on at the earliest: all of it is to be above what it is told.
            tellLater(present);
        } else if (low >= told) {
            tell(present, low);
        }
        if (!present.untold.isEmpty()) {
            tellLater(present);
        }
    }

    private void tell(Reading present, long settled) {
        boolean owesMore = oweUntold(present);
        long low = settled;
        Numbers missing = open(low);
        if (missing.size() > BroadcastConfig.MAX_NAMED) {
            low = missing.get(BroadcastConfig.MAX_NAMED) - 1;
        }
        if (low > told || owesMore) {
            tell(low, missing);
            present.acknowledged.removeUpTo(low);
        }
        if (owesMore) {
            goOn();
        }
    }

    /** As many as a cursor can name are told to be missing now; the others once these were had. Returns whether any is. */
    private boolean oweUntold(Reading present) {
        int places = present.untold.isEmpty()
                ? 0
                : BroadcastConfig.MAX_NAMED - open(told).size();
        boolean any = false;
        while (places > 0 && !present.untold.isEmpty()) {
            present.owed.add(present.untold.first());
            present.untold.removeAt(0);
            places--;
            any = true;
        }
        return any;
    }

    private void tell(long low, Numbers missing) {
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder().setLow(low);
        for (int i = 0; i < missing.size() && missing.get(i) <= low; i++) {
            cursor.addMissing(missing.get(i));
        }
        told = low;
        app.parts().meters().cursorsTold().increment();
        send(Sync.newBuilder().setBinding(binding.number()).setCursor(cursor).build());
    }

    void tellLag() {
        if (isOn() && !joins() && examined() - told > TELL_LAG) {
            long low = examined();
            Numbers missing = open(low);
            if (missing.size() <= BroadcastConfig.MAX_NAMED) {
                tell(low, missing);
            }
        }
    }

    /** What is to come yet, up to here. */
    private Numbers open(long upTo) {
        Numbers open = new Numbers();
        app.forEachOpen(waiting, waitedFor -> {
            if (waitedFor.entry().bseq() <= upTo) {
                open.add(waitedFor.entry().bseq());
            }
        });
        if (reading != null) {
            addUpTo(upTo, reading.owed, open);
        }
        return open;
    }

    private static void addUpTo(long upTo, Numbers some, Numbers to) {
        for (int i = 0; i < some.size() && some.get(i) <= upTo; i++) {
            to.add(some.get(i));
        }
    }

    private static void addAbove(long low, Numbers some, Numbers to) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) > low) {
                to.add(some.get(i));
            }
        }
    }

    void saveSoon(Reading present) {
        if (present.saveMs == 0) {
            present.saveMs = app.host().nowMs() + app.giveOrTake(app.config().saveEvery());
            binding.wakeAt(present.saveMs);
        }
    }

    private void save(Reading present) {
        present.saveMs = 0;
        StoredCursor ahead = present.ahead;
        StoredCursor.Builder copy = ahead != null && examined() < ahead.getLow() ? ahead.toBuilder() : copy(present);
        copy.setFruitless(fruitless)
                .setFruitlessMs(fruitless == 0 ? 0 : app.host().wallMs());
        app.parts().cursors().put(binding.app(), binding.user(), binding.device(), copy.build());
    }

    private StoredCursor.Builder copy(Reading present) {
        // What waited when it was saved as missing, and is written since, is below the copy's low, not above.
        long low = Math.max(Math.max(told, savedLow), settledTo(present));
        Numbers missing = open(low);
        addUpTo(low, present.written, missing);
        addUpTo(low, present.untold, missing);
        if (missing.size() > BroadcastConfig.MAX_NAMED) {
            low = missing.get(BroadcastConfig.MAX_NAMED) - 1;
        }
        savedLow = low;
        StoredCursor.Builder copy = StoredCursor.newBuilder().setLow(low);
        for (int i = 0; i < missing.size() && missing.get(i) <= low; i++) {
            copy.addMissing(missing.get(i));
        }
        Numbers seen = new Numbers();
        addAbove(low, present.acknowledged, seen);
        addAbove(low, present.seenBefore, seen);
        for (int i = 0; i < Math.min(seen.size(), BroadcastConfig.MAX_NAMED); i++) {
            copy.addSeen(seen.get(i));
        }
        return copy;
    }

    void saveAtLast(Reading present) {
        boolean givenInVain = !moved
                && !present.written.isEmpty()
                && app.host().nowMs() - present.firstWrittenMs
                        >= app.config().fruitlessAfter().toMillis();
        if (givenInVain) {
            fruitless = (byte) Math.min(fruitless + 1, Byte.MAX_VALUE);
        }
        if (givenInVain || present.saveMs != 0) {
            save(present);
        }
        if (givenInVain) {
            app.parts().meters().fruitless().increment();
        }
    }

    static boolean isDue(long planned, long nowMs) {
        return planned != 0 && planned <= nowMs;
    }

    static long planned(long dueMs) {
        return dueMs == 0 ? Long.MAX_VALUE : dueMs;
    }

    void forgetIfSettled() {
        if (reading != null && !reading.behind) {
            // What of it was examined and is not acknowledged now is gone, or of groups that it left.
            reading.seenBefore.removeUpTo(examined());
        }
        if (reading != null && reading.ahead != null && examined() >= reading.ahead.getLow()) {
            reading.ahead = null;
        }
        if (reading != null && reading.isSettled()) {
            reading = null;
        }
    }

    void send(Sync sync) {
        binding.send(FrameType.SYNC, sync);
    }

    Reading reading() {
        if (reading == null) {
            reading = new Reading();
        }
        return reading;
    }

    @Override
    public String toString() {
        Reading present = reading;
        return binding.user() + " told " + told + ", examined " + examined() + ", waiting "
                + Long.toBinaryString(waiting)
                + (present == null ? "" : ", " + present);
    }
}
