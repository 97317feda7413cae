package io.hawser.room.broadcast;

import io.hawser.room.broadcast.Following.News;
import io.hawser.room.broadcast.Following.Start;
import io.hawser.rpc.v1.EntryState;
import org.jspecify.annotations.Nullable;

/**
 * The tail of an app's log on one event loop, and how far the loop has come with it: entry after entry, each is offered
 * to all members that it may be for.
 */
final class LocalLog {
    private final LocalApp app;
    private final Tail tail = new Tail();
    private boolean started;
    /** All up to here was examined by all who are not behind. */
    private long offered;

    private long trimmedTo;
    /** Entries up to here are not to be held longer than it takes to offer them. */
    private long heldFrom;

    private volatile int backlog;
    private volatile long doneTo;
    /** What the loop has come to, and how far; null between runs. */
    private @Nullable Run offering;

    LocalLog(LocalApp app) {
        this.app = app;
    }

    boolean isStarted() {
        return started;
    }

    long offered() {
        return offered;
    }

    /** Whether the loop has come to the entry, and is not done with it. */
    boolean isOffering(long bseq) {
        return offering != null && offering.has(bseq);
    }

    /** The newest entry that was examined by those who are not behind, or is just being. */
    long reached() {
        Run current = offering;
        return current == null ? offered : current.to();
    }

    long heldFrom() {
        return tail.from();
    }

    /** Entries that are still to be offered. From any thread. */
    int backlog() {
        return backlog;
    }

    /** As {@link #offered}, from any thread. */
    long doneTo() {
        return doneTo;
    }

    boolean holds(long bseq) {
        return bseq <= trimmedTo || (bseq > tail.from() && bseq <= tail.to());
    }

    @Nullable
    Entry find(long bseq) {
        return tail.find(bseq);
    }

    void trimmed(long upTo) {
        trimmedTo = Math.max(trimmedTo, upTo);
    }

    /** What is known from the start is examined by each member by itself. */
    void start(Start start) {
        started = true;
        trimmedTo = start.trimmedTo();
        tail.restart(start.from());
        start.entries().forEach(tail::add);
        tail.completeTo(start.readTo());
        offered = start.readTo();
        heldFrom = start.from();
        count();
    }

    /** Returns whether some of the log is passed over: it went before it was read. */
    boolean add(News news) {
        boolean skips = news.readTo() - tail.to() > FollowedLog.MAX_AHEAD;
        trimmed(news.trimmedTo());
        if (skips) {
            restart(
                    news.entries().isEmpty()
                            ? news.readTo()
                            : news.entries().getFirst().bseq() - 1);
        }
        news.entries().forEach(tail::add);
        tail.completeTo(news.readTo());
        heldFrom = news.heldFrom();
        count();
        return skips;
    }

    void reset(News news) {
        restart(news.readTo());
        trimmedTo = news.trimmedTo();
        heldFrom = news.heldFrom();
        count();
    }

    private void restart(long at) {
        tail.restart(at);
        offered = at;
        offering = null;
    }

    void change(EntryState changed) {
        Entry held = tail.find(changed.getBseq());
        if (held != null) {
            tail.replace(held.in(changed.getState()));
        }
        if (offering != null) {
            offering.change(changed.getBseq(), entry -> entry.in(changed.getState()));
        }
    }

    private void count() {
        tail.dropTo(Math.min(heldFrom, offered));
        backlog = (int) (tail.to() - offered);
        doneTo = offered;
    }

    /** Offers the next entries to some members. Returns whether more may be at once. */
    boolean offerSome(int members) {
        int left = members;
        while (left > 0) {
            Run run = offering == null ? comeToNext() : offering;
            if (run == null) {
                return false;
            }
            left = offer(run, left);
        }
        return offering != null || backlog > 0;
    }

    /** Returns null where there is none, or it has to wait. */
    private @Nullable Run comeToNext() {
        while (offered < tail.to()) {
            Entry next = tail.find(offered + 1);
            if (next == null || next.isDead(app.host().wallMs())) {
                offered++;
                count();
            } else if (next.mustWait() && app.open(next) == null) {
                app.parts().meters().stalled().increment();
                return null;
            } else {
                offering = runFrom(next);
                return offering;
            }
        }
        return null;
    }

    private Run runFrom(Entry first) {
        Run run = new Run(first, new Scan(app.crowds().audience(first.groups())));
        long wallMs = app.host().wallMs();
        for (long number = first.bseq() + 1; number <= tail.to(); number++) {
            Entry next = tail.find(number);
            if (next != null && !next.isDead(wallMs) && !run.add(next)) {
                break;
            }
        }
        return run;
    }

    private int offer(Run run, int members) {
        boolean whole = run.isWhole(app.host().wallMs());
        int left = members;
        Member next = run.next();
        while (next != null) {
            next.offer(run, whole);
            left--;
            next = left > 0 ? run.next() : null;
        }
        run.count(app);
        if (left == 0) {
            return 0;
        }
        offered = run.to();
        offering = null;
        count();
        // One that is for nobody here costs as much as a member, or a turn would go through all of them.
        return left - 1;
    }
}
