package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member going through its app's log. Each entry is examined once, in the log's order: with all other members when the
 * event loop comes to it, or by the member alone while it is behind (it has just come, its client does not keep up, its
 * groups are asked for). What is for it is written, or waits for its pace as a bit in {@link #waiting}.
 */
abstract class Listening extends CursorKeeping {
    @Nullable
    Memberships memberships;

    Listening(LocalApp app, Attached binding) {
        super(app, binding);
    }

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
        return !binding.hasEarlierSibling(sibling -> sibling.listener() instanceof Listening other
                && other.app == app
                && other.isOn()
                && (groups.isEmpty() || other.isInAny(groups)));
    }

    /** The event loop has come to the entry. Returns whether it is for the member. */
    boolean offer(Entry entry) {
        if (mark >= entry.bseq() || (reading != null && reading.behind)) {
            return false;
        }
        mark = entry.bseq();
        try {
            if (!take(entry)) {
                fallBehind(entry.bseq() - 1);
            }
        } catch (RuntimeException | Error fault) {
            // It was not had: what is said of the cursor until the connection is closed must not say otherwise.
            fallBehind(entry.bseq() - 1);
            binding.fail(fault);
        }
        return isFor(entry);
    }

    private void fallBehind(long examined) {
        app.parts().meters().behind().increment();
        Reading present = reading();
        present.behind = true;
        present.examined = examined;
    }

    /** Gives what is owed, and examines what was not examined, as far as may be. A fault is this member's alone. */
    void advance() {
        try {
            advanceOn();
        } catch (RuntimeException | Error fault) {
            binding.fail(fault);
        }
    }

    private void advanceOn() {
        Reading present = reading;
        if (!isOn() || present == null || !app.isStarted() || isHeld(present)) {
            return;
        }
        boolean blocked = !giveOwed(present);
        while (present.behind && !blocked) {
            long next = present.examined + 1;
            if (next > app.reached()) {
                present.behind = false;
                mark = Math.max(mark, present.examined);
            } else if (!app.holds(next)) {
                wantRead();
                break;
            } else {
                Entry entry = app.find(next);
                if (entry != null && next <= present.recheckTo) {
                    recheck(present, entry);
                } else if (entry != null && !take(entry)) {
                    break;
                }
                present.examined = next;
            }
        }
        if (present.recheckTo != 0 && present.examined >= present.recheckTo) {
            present.recheckTo = 0;
            present.recheckedBefore = null;
            var _ = giveOwed(present);
        }
        forgetIfSettled();
    }

    /** What was for one of the groups of the first time was given then, or is settled. */
    private void recheck(Reading present, Entry entry) {
        Memberships before = present.recheckedBefore;
        boolean wasForIt = entry.isForAll() || (before != null && before.match(entry));
        boolean isKnown = present.knows(entry.bseq()) || present.owed.contains(entry.bseq());
        if (!wasForIt && isFor(entry) && !isKnown) {
            (entry.bseq() <= told ? present.untold : present.owed).add(entry.bseq());
        }
    }

    private boolean isHeld(Reading present) {
        return present.reloading || present.heldUntilMs != 0;
    }

    /** Returns false where its client has to make room first, or an entry a place. */
    private boolean giveOwed(Reading present) {
        if (!present.untold.isEmpty()) {
            tell(present);
        }
        int at = 0;
        while (at < present.owed.size()) {
            long bseq = present.owed.get(at);
            if (!app.holds(bseq)) {
                wantRead();
                at++;
                continue;
            }
            present.owed.removeAt(at);
            Entry entry = app.find(bseq);
            boolean taken = false;
            try {
                taken = entry == null || take(entry);
            } finally {
                if (!taken) {
                    present.owed.add(bseq);
                }
            }
            if (!taken) {
                return false;
            }
        }
        return true;
    }

    /** Who cannot take anything reads nothing: it goes on once it can. */
    private void wantRead() {
        if (canTake()) {
            app.wantRead(this);
        }
    }

    /** The lowest number that is not held and is wanted; 0: none. */
    long wanted() {
        Reading present = reading;
        if (!isOn() || present == null || !canTake()) {
            return 0;
        }
        for (int i = 0; i < present.owed.size(); i++) {
            if (!app.holds(present.owed.get(i))) {
                return present.owed.get(i);
            }
        }
        return present.behind && present.examined < app.reached() && !app.holds(present.examined + 1)
                ? present.examined + 1
                : 0;
    }

    /** Examines the entry. Returns false where it is to be examined again. */
    private boolean take(Entry entry) {
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
            app.stall(this);
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
        binding.write(app.frame(entry));
        wrote(entry.bseq());
        binding.forEachSibling(sibling -> {
            if (sibling.listener() instanceof Listening other && other.app == app) {
                other.hadWithSibling(entry);
            }
        });
        return true;
    }

    private boolean canTake() {
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

    @Override
    void goOn() {
        Reading present = reading;
        if (present != null && (present.behind || !present.owed.isEmpty())) {
            app.heal(this);
        }
    }

    void dropWhatIsNotForIt() {
        app.forEachOpen(waiting, open -> {
            if (!isFor(open.entry())) {
                stopWaiting(open);
            }
        });
        if (reading != null) {
            Reading present = reading;
            for (int i = present.owed.size() - 1; i >= 0; i--) {
                Entry entry = app.find(present.owed.get(i));
                if (entry != null && !isFor(entry)) {
                    present.owed.removeAt(i);
                }
            }
        }
    }

    void oweWhatWasPassed(List<Membership> groups, @Nullable Memberships before) {
        long since = Long.MAX_VALUE;
        for (Membership joined : groups) {
            if (before == null || !before.holds(joined.getGroup())) {
                since = Math.min(since, joined.getSinceBseq());
            }
        }
        long examined = examined();
        if (since < examined) {
            Reading present = reading();
            if (present.recheckTo < examined) {
                present.recheckedBefore = present.recheckTo == 0 ? before : present.recheckedBefore;
                present.recheckTo = examined;
            }
            present.examined = since;
            present.behind = true;
        }
    }
}
