package io.hawser.room.broadcast;

import io.hawser.room.broadcast.Following.News;
import io.hawser.room.broadcast.Following.Start;
import io.hawser.room.broadcast.Following.Subscriber;
import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One app's log, as far as it was read, and who is told of it. Belongs to the follower's thread. */
final class FollowedLog {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedLog.class);
    /** Numbers beyond those known that an answer may bring: a tail has a place for each. */
    static final long MAX_AHEAD = 1 << 20;

    private static final long FIRST_REFUSED_NANOS = 1_000_000_000L;
    private static final int MOST_DOUBLINGS = 6;

    private final String app;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Tail tail = new Tail();
    private boolean started;
    private long change;
    private long trimmedTo;
    /** What subscribers were told of where the tail begins. */
    private long toldFrom;

    private @Nullable News untold;
    /** So often, one after another, its news were no news: it is said once, and then asked for less and less often. */
    private int refusals;

    private long askAgainNanos;

    FollowedLog(String app) {
        this.app = app;
    }

    String app() {
        return app;
    }

    Tail tail() {
        return tail;
    }

    boolean isStarted() {
        return started;
    }

    void join(Subscriber subscriber) {
        subscribers.add(subscriber);
        if (started) {
            tellStart(subscriber);
        }
    }

    /** Returns whether nobody is left. */
    boolean leave(Subscriber subscriber) {
        subscribers.remove(subscriber);
        return subscribers.isEmpty();
    }

    /** Somebody has enough to do with what was told. */
    boolean isFull() {
        return subscribers.stream().anyMatch(Subscriber::isFull);
    }

    FollowedApp question() {
        return FollowedApp.newBuilder()
                .setApp(app)
                .setAfterBseq(tail.to())
                .setAfterChange(change)
                .setFromNow(!started)
                .build();
    }

    void start(long readTo, long atChange, long trimmed) {
        started = true;
        change = atChange;
        trimmedTo = trimmed;
        tail.restart(readTo);
        toldFrom = readTo;
        subscribers.forEach(this::tellStart);
    }

    private void tellStart(Subscriber subscriber) {
        Start start = new Start(tail.from(), tail.entries(), tail.to(), change, trimmedTo);
        subscriber.execute(() -> subscriber.onStart(start));
    }

    /**
     * Takes what a saver told, or nothing of it.
     *
     * @throws HawserException where it cannot be news of a log
     */
    void take(AppNews news) {
        expect(news.getWatermark() >= 0, "watermark", news.getWatermark(), "a number");
        expect(news.getChange() >= 0, "change", news.getChange(), "a number");
        expect(news.getTrimmedTo() >= 0, "trimmed_to", news.getTrimmedTo(), "a number");
        if (!started) {
            start(news.getWatermark(), news.getChange(), news.getTrimmedTo());
        } else if (news.getWatermark() < tail.to()) {
            reset(news);
        } else {
            goOn(news, entries(news));
        }
        refusals = 0;
    }

    private void expect(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw HawserException.refusal(
                    ErrorCode.INTERNAL,
                    "app " + app + ": " + name + ": " + Long.toUnsignedString(value) + " (expected: " + expected + ")");
        }
    }

    /** Its news were not taken. */
    void refused(RuntimeException why, long nowNanos) {
        if (refusals > 0) {
            LOG.debug("app {}: its news are refused still", app, why);
        } else {
            LOG.error("app {}: its news are refused until they can be read", app, why);
        }
        askAgainNanos = nowNanos + (FIRST_REFUSED_NANOS << Math.min(refusals, MOST_DOUBLINGS));
        refusals++;
    }

    /** It is not asked for now: what cannot be read takes room of others in an answer. */
    boolean restsAt(long nowNanos) {
        return refusals > 0 && askAgainNanos - nowNanos > 0;
    }

    /** Numbers are being given anew: the database was restored. What was read is of a history that is no more. */
    private void reset(AppNews news) {
        LOG.warn("app {}: its log ends at {}, and was read up to {}", app, news.getWatermark(), tail.to());
        change = news.getChange();
        trimmedTo = news.getTrimmedTo();
        tail.restart(news.getWatermark());
        untold = new News(List.of(), tail.to(), List.of(), List.of(), true, trimmedTo, tail.to(), true);
    }

    /** All that is new, read and in order, before any of it is taken. */
    private List<Entry> entries(AppNews news) {
        long upTo = news.getWatermark();
        long from = firstFrom(news);
        expect(upTo - from <= MAX_AHEAD, "watermark", upTo, "up to " + MAX_AHEAD + " beyond " + from);
        List<Entry> entries = new ArrayList<>(news.getEntriesCount());
        long last = 0;
        for (BroadcastEntry added : news.getEntriesList()) {
            long bseq = added.getBseq();
            expect(bseq > last && bseq <= upTo, "bseq", bseq, "above " + last + ", up to " + upTo);
            last = bseq;
            if (bseq > from) {
                entries.add(Entry.of(added));
            }
        }
        return entries;
    }

    /** What is new is above this: where it would have no place in the tail, only what is still kept is of use. */
    private long firstFrom(AppNews news) {
        boolean hasPlace = news.getWatermark() - tail.to() <= MAX_AHEAD;
        return hasPlace ? tail.to() : Math.max(tail.to(), Math.min(news.getTrimmedTo(), news.getWatermark()));
    }

    private void goOn(AppNews news, List<Entry> entries) {
        long from = firstFrom(news);
        if (from > tail.to()) {
            LOG.warn("app {}: what it grew by from {} to {} is gone before it was read", app, tail.to(), from);
            tail.restart(from);
        }
        entries.forEach(tail::add);
        tail.completeTo(news.getWatermark());
        for (EntryState state : news.getStatesList()) {
            Entry held = tail.find(state.getBseq());
            if (held != null) {
                tail.replace(held.in(state.getState()));
            }
        }
        change = news.getChange();
        trimmedTo = Math.max(trimmedTo, news.getTrimmedTo());
        untold = new News(
                entries,
                tail.to(),
                news.getStatesList(),
                news.getUsersList(),
                news.getAllUsers(),
                trimmedTo,
                tail.from(),
                false);
    }

    /** All up to here every subscriber is done with. */
    long doneTo() {
        long least = tail.to();
        for (Subscriber subscriber : subscribers) {
            least = Math.min(least, subscriber.doneTo());
        }
        return least;
    }

    /** Some of it is held, and nobody has yet to come to that. */
    boolean mayGiveWay() {
        return tail.bytes() > 0 && tail.from() < doneTo();
    }

    /** The oldest are held no longer, but those that a subscriber has yet to come to. */
    void dropTo(long bseq) {
        tail.dropTo(Math.min(bseq, doneTo()));
    }

    /** Tells what was taken, and what is held no longer. */
    void tell() {
        News news = untold;
        if (news == null && toldFrom == tail.from()) {
            return;
        }
        untold = null;
        toldFrom = tail.from();
        News told = news == null ? News.less(tail.to(), trimmedTo, toldFrom) : news.heldFrom(toldFrom);
        subscribers.forEach(subscriber -> subscriber.execute(() -> subscriber.onNews(told)));
    }
}
