package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Sync;
import org.jspecify.annotations.Nullable;

/**
 * What a client was told that it has had of its app's log (rule R6).
 *
 * <p>What the client knows is {@link #told}, its cursor's low. It moves by SYNC alone, and never past what was written
 * and not acknowledged: what a client has in hand is above its low, or was told to be missing. So a cursor that comes
 * back says for each entry whether it was had.
 *
 * <p>A base and no part: there are many, and a part would cost each an object. A client for whom all is settled up to
 * where the app is has no {@link Reading}: a broadcast that is not for it does not touch it.
 */
abstract class CursorTelling {
    /** Acknowledged broadcasts above the client's low after which it is told a new one at once. */
    private static final int TELL_AT = 16;
    /** A client that nothing was for is told its cursor now and then, lest the log be trimmed above it. */
    private static final long TELL_LAG = 256;

    final LocalApp app;
    final Attached binding;

    @Nullable
    Reading reading;

    /** Newest entry that was examined with others; may be below where the app is. */
    long mark;

    /** The client's low. */
    long told;
    /** Open entries of the app that are for it, a bit for each of their places. */
    long waiting;

    CursorTelling(LocalApp app, Attached binding) {
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
    long settledTo(Reading present) {
        return present.written.isEmpty() ? examined() : Math.min(examined(), present.written.first() - 1);
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

    void tell(long low, Numbers missing) {
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
    Numbers open(long upTo) {
        Numbers open = new Numbers();
        app.forEachOpen(waiting, waitedFor -> {
            if (waitedFor.entry().bseq() <= upTo) {
                open.add(waitedFor.entry().bseq());
            }
        });
        if (reading != null) {
            open.addUpTo(upTo, reading.owed);
        }
        return open;
    }

    static boolean isDue(long planned, long nowMs) {
        return planned != 0 && planned <= nowMs;
    }

    static long planned(long dueMs) {
        return dueMs == 0 ? Long.MAX_VALUE : dueMs;
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
