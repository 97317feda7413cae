package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member going through its app's log. Each entry is examined once, in the log's order: with all other members when the
 * event loop comes to it, or by the member alone while it is behind (it has just come, its client does not keep up, its
 * groups are asked for).
 */
abstract class Listening extends Giving {
    Listening(LocalApp app, Attached binding) {
        super(app, binding);
    }

    /**
     * The event loop has come to these.
     *
     * @param whole whether all of them may be given now
     */
    void offer(Run run, boolean whole) {
        if (whole && takeWhole(run)) {
            mark = run.to();
            return;
        }
        for (Entry entry : run.entries()) {
            if (offer(entry)) {
                app.target(entry);
            }
        }
    }

    private boolean takeWhole(Run run) {
        try {
            boolean isNext = mark < run.from() && (reading == null || !reading.behind);
            return isNext && giveWhole(run);
        } catch (RuntimeException | Error fault) {
            fallBehind(run.from() - 1);
            binding.fail(fault);
            return false;
        }
    }

    /** Returns whether the entry is for the member. */
    private boolean offer(Entry entry) {
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

    @Override
    void stall() {
        app.stall(this);
    }

    @Override
    void goOnOnceThereIsMemory() {
        app.heal(this);
    }

    /** All up to here, from what was read of the log before, is gone from it. */
    void pass(long upTo) {
        if (reading != null && reading.behind) {
            reading.examined = Math.max(reading.examined, upTo);
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
