package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.wire.v1.BroadcastCursor;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which broadcasts are for a member, and how it gets one: at once, or with its pace, which it waits for as a bit in
 * {@link #waiting}, or once its client can take it.
 */
abstract class Giving extends CursorKeeping {
    @Nullable
    Memberships memberships;

    Giving(LocalApp app, Attached binding) {
        super(app, binding);
    }

    /** Has it go on once an entry gives its place free. */
    abstract void stall();

    /** Has it go on with the app's next turn. */
    abstract void goOnOnceThereIsMemory();

    boolean isFor(Entry entry) {
        return entry.isForAll() || (memberships != null && memberships.match(entry));
    }

    private boolean isInAny(List<String> groups) {
        return memberships != null && groups.stream().anyMatch(memberships::holds);
    }

    /** Whether this crowd is the first of these groups that it is in, and no other binding of its connection comes first. */
    boolean isMetFirstIn(Crowd crowd, List<String> groups) {
        for (String group : groups) {
            if (!group.equals(crowd.name()) && memberships != null && memberships.holds(group)) {
                return false;
            }
            if (group.equals(crowd.name())) {
                break;
            }
        }
        return !binding.hasEarlierSibling(sibling -> sibling.listener() instanceof Giving other
                && other.app == app
                && other.isOn()
                && (groups.isEmpty() || other.isInAny(groups)));
    }

    /** The client is back, and has had what this cursor says: all else is given again. */
    void goBack(BroadcastCursor cursor) {
        app.forEachOpen(waiting, this::stopWaiting);
        beginAgain(cursor);
    }

    /** Examines the entry. Returns false where it is to be examined again. */
    boolean take(Entry entry) {
        if (!isFor(entry)) {
            return true;
        }
        if (reading != null && reading.knows(entry.bseq())) {
            if (reading.seenBefore.remove(entry.bseq()) && entry.bseq() > told) {
                reading.acknowledged.add(entry.bseq());
                tellSoon(reading);
            }
            return true;
        }
        if (entry.isDead(app.host().wallMs())) {
            return true;
        }
        if (entry.mustWait()) {
            return startWaiting(entry);
        }
        return give(entry);
    }

    private boolean startWaiting(Entry entry) {
        OpenEntry open = app.open(entry);
        if (open == null) {
            stall();
            return false;
        }
        if ((waiting & open.bit()) == 0) {
            waiting |= open.bit();
            open.waits(1);
        }
        return true;
    }

    void stopWaiting(OpenEntry open) {
        if ((waiting & open.bit()) != 0) {
            waiting &= ~open.bit();
            open.waits(-1);
        }
    }

    boolean waitsFor(OpenEntry open) {
        return (waiting & open.bit()) != 0;
    }

    /**
     * The entry is nobody's any more.
     *
     * @return that it was not written
     */
    boolean giveUp(OpenEntry open) {
        stopWaiting(open);
        return false;
    }

    /**
     * Its turn has come. A client that cannot take it now gets it as soon as it can: its pace was granted.
     *
     * @return whether it was written
     */
    boolean serve(OpenEntry open) {
        try {
            return serveOn(open);
        } catch (RuntimeException | Error fault) {
            binding.fail(fault);
            return false;
        }
    }

    private boolean serveOn(OpenEntry open) {
        if (give(open.entry())) {
            stopWaiting(open);
            return true;
        }
        Reading present = reading();
        if (present.owed.size() < BroadcastConfig.MAX_NAMED) {
            stopWaiting(open);
            present.owed.add(open.entry().bseq());
        }
        return false;
    }

    private boolean give(Entry entry) {
        if (!canTake()) {
            return false;
        }
        ByteBuf frame = app.frames().of(entry, binding);
        if (frame == null) {
            goOnOnceThereIsMemory();
            return false;
        }
        binding.write(frame);
        wrote(entry.bseq());
        binding.forEachSibling(sibling -> {
            if (sibling.listener() instanceof Giving other && other.app == app) {
                other.hadWithSibling(entry);
            }
        });
        return true;
    }

    /**
     * Gives all of a run at once.
     *
     * @return false: nothing was given, and each entry is to be examined by itself
     */
    boolean giveWhole(Run run) {
        if (!isFor(run.first()) || !canTakeWhole(run)) {
            return false;
        }
        ByteBuf frames = app.frames().of(run.entries(), binding);
        if (frames == null) {
            return false;
        }
        binding.write(frames);
        for (Entry entry : run.entries()) {
            hasInHand(entry.bseq());
        }
        run.given();
        return true;
    }

    /** Of a client that was told nothing of these, and is the app's alone. */
    private boolean canTakeWhole(Run run) {
        Reading present = reading;
        boolean isNew = present == null
                || (!isHeld(present)
                        && present.written.areBelow(run.from())
                        && present.acknowledged.areBelow(run.from())
                        && present.seenBefore.isEmpty());
        boolean hasRoom = present == null ? run.size() <= app.config().window() : hasRoomFor(run, present);
        return isNew && hasRoom && binding.isWritable() && !binding.hasSiblingOf(app.app());
    }

    boolean canTake() {
        return binding.isWritable() && (reading == null || (!isHeld(reading) && hasRoom(reading)));
    }

    /** The connection was given it for another binding, and its client hands it to this one as well. */
    private void hadWithSibling(Entry entry) {
        long bseq = entry.bseq();
        if (!isOn() || !isFor(entry) || (reading != null && reading.knows(bseq))) {
            return;
        }
        OpenEntry open = app.findOpen(bseq);
        boolean waits = open != null && waitsFor(open);
        boolean owed = reading != null && reading.owed.contains(bseq);
        boolean settled = bseq <= examined() && !waits && !owed;
        if (settled || !hasRoom(reading())) {
            return;
        }
        if (open != null) {
            stopWaiting(open);
        }
        reading().owed.remove(bseq);
        wrote(bseq);
    }

    boolean isHeld(Reading present) {
        return present.reloading || present.heldUntilMs != 0;
    }
}
