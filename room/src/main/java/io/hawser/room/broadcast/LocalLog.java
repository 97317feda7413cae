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
    /** The entry that the loop has come to, and how far; null between entries. */
    private @Nullable Entry offering;

    private @Nullable Scan offers;

    LocalLog(LocalApp app) {
        this.app = app;
    }

    boolean isStarted() {
        return started;
    }

    long offered() {
        return offered;
    }

    @Nullable
    Entry offering() {
        return offering;
    }

    /** The newest entry that was examined by those who are not behind, or is just being. */
    long reached() {
        Entry current = offering;
        return current == null ? offered : current.bseq();
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
        offers = null;
    }

    void change(EntryState changed) {
        Entry held = tail.find(changed.getBseq());
        if (held != null) {
            tail.replace(held.in(changed.getState()));
        }
        if (offering != null && offering.bseq() == changed.getBseq()) {
            offering = offering.in(changed.getState());
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
            if (offering == null && !comeToNext()) {
                return false;
            }
            left = offer(left);
        }
        return offering != null || backlog > 0;
    }

    /** Returns false where there is none, or it has to wait. */
    private boolean comeToNext() {
        while (offered < tail.to()) {
            Entry next = tail.find(offered + 1);
            if (next == null || next.isDead(app.host().wallMs())) {
                offered++;
                count();
            } else if (next.mustWait() && app.open(next) == null) {
                app.parts().meters().stalled().increment();
                return false;
            } else {
                offering = next;
                offers = new Scan(app.crowds().audience(next.groups()));
                return true;
            }
        }
        return false;
    }

    private int offer(int members) {
        int left = members;
        while (offering != null && offers != null && left > 0) {
            left--;
            Member next = offers.next();
            if (next == null) {
                offered = offering.bseq();
                offering = null;
                offers = null;
                count();
            } else if (next.offer(offering)) {
                app.target(offering);
            }
        }
        return left;
    }
}
