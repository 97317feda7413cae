package io.hawser.room.broadcast;

import io.hawser.room.broadcast.Following.News;
import io.hawser.room.broadcast.Following.Start;
import io.hawser.room.connection.Host;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.PaceReport;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An app on one event loop: its members there, the tail of its log, and what of it they are being given. */
final class LocalApp implements Following.Subscriber {
    private final String id;
    private final LoopContext context;
    private final Crowds crowds = new Crowds();
    private List<String> clientGroups = List.of();
    private int attached;

    private boolean closed;
    /** Of changes up to here nothing was told. */
    private long changesFrom;

    private final LocalLog log = new LocalLog(this);
    private final OpenEntries open = new OpenEntries(this);
    private final Healing healing;
    private final AppFrames frames;
    private final Tallies tallies;

    LocalApp(String id, LoopContext context) {
        this.id = id;
        this.context = context;
        this.healing = new Healing(this, context);
        this.frames = new AppFrames(this, context);
        this.tallies = new Tallies(id, context.parts().progress());
    }

    @Override
    public String app() {
        return id;
    }

    Host host() {
        return context.host();
    }

    Parts parts() {
        return context.parts();
    }

    BroadcastConfig config() {
        return context.parts().config().get();
    }

    Turns reloads() {
        return context.reloads();
    }

    List<String> clientGroups() {
        return clientGroups;
    }

    // Members.

    void attach(List<String> newClientGroups) {
        clientGroups = newClientGroups;
        attached++;
    }

    Crowds crowds() {
        return crowds;
    }

    /** @param wasIn whether it is among the crowds */
    void leave(Member member, boolean wasIn) {
        if (wasIn) {
            crowds.leave(member);
        }
        healing.forget(member);
        attached--;
        if (attached == 0) {
            context.loop().drop(this);
        }
    }

    void close() {
        closed = true;
    }

    // The log.

    boolean isStarted() {
        return log.isStarted();
    }

    long offered() {
        return log.offered();
    }

    long reached() {
        return log.reached();
    }

    long heldFrom() {
        return log.heldFrom();
    }

    /** Whether it is known what stands in the log under this number, if anything. */
    boolean holds(long bseq) {
        return log.holds(bseq) || healing.holds(bseq) || findOpen(bseq) != null;
    }

    @Nullable
    Entry find(long bseq) {
        OpenEntry waitedFor = findOpen(bseq);
        if (waitedFor != null) {
            return waitedFor.entry();
        }
        Entry newest = log.find(bseq);
        return newest == null ? healing.find(bseq) : newest;
    }

    @Override
    public void execute(Runnable task) {
        context.host().execute(task);
    }

    @Override
    public boolean isFull() {
        return log.backlog() >= config().tailEntries();
    }

    @Override
    public long doneTo() {
        return log.doneTo();
    }

    @Override
    public void onStart(Start start) {
        if (!closed) {
            log.start(start);
            changesFrom = start.change();
            crowds.forEach(Member::beginFollowing);
        }
    }

    /** Whether groups may have changed between an answer of the store and the first news, so that neither tells it. */
    boolean misses(long answeredAtChange) {
        return log.isStarted() && answeredAtChange < changesFrom;
    }

    @Override
    public void onNews(News news) {
        if (closed || !log.isStarted()) {
            return;
        }
        if (news.reset()) {
            reset(news);
            return;
        }
        news.states().forEach(this::change);
        reloadGroups(news);
        if (log.add(news)) {
            parts().meters().logsSkipped().increment();
            crowds.forEach(member -> member.pass(log.offered()));
        }
        context.loop().busy(this);
    }

    private void reset(News news) {
        parts().meters().logsReset().increment();
        log.reset(news);
        // Numbers are given anew: a frame may be of another broadcast now.
        context.encoded().release();
        open.clear();
        healing.clear();
        crowds.forEach(member -> member.reset(news.readTo()));
    }

    private void change(EntryState changed) {
        log.change(changed);
        healing.change(changed);
        OpenEntry waitedFor = findOpen(changed.getBseq());
        if (waitedFor != null) {
            waitedFor.update(waitedFor.entry().in(changed.getState()));
        }
    }

    private void reloadGroups(News news) {
        if (news.allUsers()) {
            crowds.forEach(Member::reload);
            return;
        }
        for (String user : news.users()) {
            context.host().forEach(id, user, binding -> {
                if (binding.listener() instanceof Member member) {
                    member.reload();
                }
            });
        }
    }

    // Doing: some at a time, so that others have the loop between.

    /** Returns whether there is more to do at once. */
    boolean work(int members) {
        if (closed || frames.isShort() || !log.isStarted()) {
            return false;
        }
        boolean more = log.offerSome(members);
        more |= open.serveSome(members);
        if (open.closeThoseThatAreOver(log::isOffering)) {
            healing.unstall();
        }
        more |= healing.healSome(members);
        return more;
    }

    /** The entry is for one more. */
    void target(Entry entry) {
        tally(entry.bseq()).targeted(1);
        OpenEntry waitedFor = findOpen(entry.bseq());
        if (waitedFor != null) {
            waitedFor.target();
        }
    }

    /** The entry was for so many more, and each was given it. */
    void given(Entry entry, int members) {
        tally(entry.bseq()).given(members);
        parts().meters().written().increment(members);
    }

    // Entries that are waited for.

    @Nullable
    OpenEntry findOpen(long bseq) {
        return open.find(bseq);
    }

    /** Returns the entry's place; null where as many as may be are waited for already. */
    @Nullable
    OpenEntry open(Entry entry) {
        return open.open(entry);
    }

    void forEachOpen(long bits, Consumer<OpenEntry> found) {
        open.forEach(bits, found);
    }

    // Those who are behind.

    /** Has the member go on soon. */
    void heal(Listening member) {
        healing.heal(member);
        context.loop().busy(this);
    }

    /** The member wants what is older than the tail. */
    void wantRead(Listening member) {
        healing.wantRead(member);
        context.loop().busy(this);
    }

    /** As many entries as may be are waited for: the member goes on once one is not. */
    void stall(Listening member) {
        healing.stall(member);
    }

    void trimmed(long upTo) {
        log.trimmed(upTo);
    }

    /** Ten times a second. Returns whether something waits for time, pace or memory. */
    boolean onTick() {
        boolean wasShort = frames.tryAgain();
        return wasShort || !open.isEmpty() || healing.isWanted() || log.backlog() > 0;
    }

    /** Where this loop is with an entry. */
    PaceReport report(long bseq) {
        OpenEntry waitedFor = findOpen(bseq);
        int waiting = waitedFor == null ? 0 : waitedFor.waiting();
        return PaceReport.newBuilder()
                .setTargeted(waitedFor == null ? 0 : waitedFor.targeted())
                .setRemaining(waiting)
                .setFinished(log.isStarted() && log.offered() >= bseq && waiting == 0)
                .build();
    }

    // What members need.

    /** What members are written. */
    AppFrames frames() {
        return frames;
    }

    /** Frames that are none of the log's, for this loop to write; taken over. */
    Glued glued(ByteBuf frames) {
        return new Glued(frames, context.compression());
    }

    Progress.Tally tally(long bseq) {
        return tallies.of(bseq);
    }

    long giveOrTake(Duration about) {
        long aboutMs = about.toMillis();
        return aboutMs / 2 + context.random().nextLong(aboutMs + 1);
    }
}
