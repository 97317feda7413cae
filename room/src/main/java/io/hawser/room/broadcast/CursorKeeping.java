package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.v1.BroadcastCursor;

/**
 * What a client has acknowledged of its app's log, and the copy of its cursor that is stored, for the day that it forgets
 * its own, and to count the connections that acknowledged nothing.
 */
abstract class CursorKeeping extends CursorTelling {
    /** The low of the newest copy: one that were behind it would be taken for late. */
    private long savedLow;

    private byte fruitless;
    private boolean moved;

    CursorKeeping(LocalApp app, Attached binding) {
        super(app, binding);
    }

    void wrote(long bseq) {
        hasInHand(bseq);
        app.tally(bseq).sent();
        app.parts().meters().written().increment();
    }

    /** Written, and counted by another. */
    void hasInHand(long bseq) {
        Reading present = reading();
        if (present.written.isEmpty()) {
            present.firstWrittenMs = app.host().nowMs();
        }
        present.written.add(bseq);
    }

    boolean hasRoom(Reading present) {
        return present.written.isEmpty() || named(present) < app.config().window();
    }

    boolean hasRoomFor(Run run, Reading present) {
        return named(present) + run.size() <= app.config().window();
    }

    private static int named(Reading present) {
        return present.written.size() + present.acknowledged.size() + present.seenBefore.size();
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
        hold(begun, heldMs);
        if (start.isNew()) {
            saveSoon(begun);
        }
        return begun;
    }

    /**
     * The client is back with its cursor: what it was given, and does not say that it had, may not have arrived. What it was
     * told may not have arrived either, so its cursor's low is what it was told.
     */
    void beginAgain(BroadcastCursor cursor) {
        Reading before = reading();
        boolean inVain = givenInVain(before);
        boolean invented = Long.compareUnsigned(cursor.getLow(), told) > 0;
        told = invented ? told : cursor.getLow();
        Reading begun = before.again(invented ? cursor() : cursor, told);
        reading = begun;
        if (inVain) {
            fruitless = (byte) Math.min(fruitless + 1, Byte.MAX_VALUE);
            app.parts().meters().fruitless().increment();
            hold(begun, app.config().heldBackMs(fruitless));
            saveSoon(begun);
        }
    }

    private void hold(Reading begun, long heldMs) {
        if (heldMs > 0) {
            app.parts().meters().heldBack().increment();
            begun.heldUntilMs = app.host().nowMs() + heldMs;
            binding.wakeAt(begun.heldUntilMs);
        }
    }

    /** The client's cursor, as it should be by what is known here. */
    BroadcastCursor cursor() {
        Numbers missing = open(told);
        BroadcastCursor.Builder cursor = BroadcastCursor.newBuilder().setLow(told);
        if (reading != null) {
            missing.addUpTo(told, reading.written);
            Numbers seen = new Numbers();
            seen.addAbove(told, reading.acknowledged);
            seen.addAbove(told, reading.seenBefore);
            for (int i = 0; i < Math.min(seen.size(), BroadcastConfig.MAX_NAMED); i++) {
                cursor.addSeen(seen.get(i));
            }
        }
        for (int i = 0; i < Math.min(missing.size(), BroadcastConfig.MAX_NAMED); i++) {
            cursor.addMissing(missing.get(i));
        }
        return cursor.build();
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
        missing.addUpTo(low, present.written);
        missing.addUpTo(low, present.untold);
        if (missing.size() > BroadcastConfig.MAX_NAMED) {
            low = missing.get(BroadcastConfig.MAX_NAMED) - 1;
        }
        savedLow = low;
        StoredCursor.Builder copy = StoredCursor.newBuilder().setLow(low);
        for (int i = 0; i < missing.size() && missing.get(i) <= low; i++) {
            copy.addMissing(missing.get(i));
        }
        Numbers seen = new Numbers();
        seen.addAbove(low, present.acknowledged);
        seen.addAbove(low, present.seenBefore);
        for (int i = 0; i < Math.min(seen.size(), BroadcastConfig.MAX_NAMED); i++) {
            copy.addSeen(seen.get(i));
        }
        return copy;
    }

    private boolean givenInVain(Reading present) {
        return !moved
                && !present.written.isEmpty()
                && app.host().nowMs() - present.firstWrittenMs
                        >= app.config().fruitlessAfter().toMillis();
    }

    void saveAtLast(Reading present) {
        boolean givenInVain = givenInVain(present);
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
}
