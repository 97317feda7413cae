package io.hawser.room.broadcast;

import io.hawser.room.broadcast.Following.News;
import io.hawser.room.broadcast.Following.Start;
import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.rpc.v1.TaskState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An app on one event loop: its members there, the tail of its log, and what of it they are being given. */
final class LocalApp implements Following.Subscriber {
    private final String id;
    private final LoopContext context;
    private final Crowd all;
    private final Map<String, Crowd> groups = new HashMap<>();
    private List<String> clientGroups = List.of();
    private int attached;

    private final Tail tail = new Tail();
    private boolean started;
    private boolean closed;
    /** All up to here was examined by all who are not behind. */
    private long offered;

    private long trimmedTo;
    private volatile int backlog;
    /** The entry that the loop has come to, and how far; null between entries. */
    private @Nullable Entry offering;

    private @Nullable Scan offers;

    private final @Nullable OpenEntry[] open = new OpenEntry[Long.SIZE];
    private List<OpenEntry> openInOrder = List.of();

    private final Queue<Member> healing = new ArrayDeque<>();
    private final Set<Member> readers = new LinkedHashSet<>();
    private final Set<Member> stalled = new LinkedHashSet<>();
    private @Nullable Page page;
    private boolean reading;
    /** What was told while a read was under way: its answer may be older. */
    private final Map<Long, TaskState> toldWhileReading = new HashMap<>();

    private int failedReads;
    private long readAgainMs;

    private final Map<Long, ByteBuf> frames = new HashMap<>();
    private long tallyOf = -1;
    private Progress.@Nullable Tally tally;

    /** A stretch of the log below the tail, for those who are that far behind. */
    private record Page(long after, long to, Map<Long, Entry> entries) {}

    LocalApp(String id, LoopContext context) {
        this.id = id;
        this.context = context;
        this.all = new Crowd("");
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

    int enter(Member member) {
        return all.add(member);
    }

    void leave(Member member, boolean wasIn) {
        if (wasIn) {
            Member moved = all.removeAt(member.place());
            if (moved != null) {
                moved.movedTo(member.place());
            }
        }
        readers.remove(member);
        stalled.remove(member);
        attached--;
        if (attached == 0) {
            context.loop().drop(this);
        }
    }

    void close() {
        closed = true;
        releaseFrames();
    }

    Crowd crowd(String group) {
        return groups.computeIfAbsent(group, Crowd::new);
    }

    void forgetIfEmpty(Crowd crowd) {
        if (crowd.size() == 0) {
            groups.remove(crowd.name(), crowd);
        }
    }

    List<Crowd> audience(List<String> names) {
        if (names.isEmpty()) {
            return List.of(all);
        }
        List<Crowd> audience = new ArrayList<>(names.size());
        for (String name : names) {
            Crowd crowd = groups.get(name);
            if (crowd != null) {
                audience.add(crowd);
            }
        }
        return audience;
    }

    List<Crowd> audience(Entry entry) {
        return audience(entry.groups());
    }

    int members() {
        return all.size();
    }

    // The log.

    boolean isStarted() {
        return started;
    }

    long offered() {
        return offered;
    }

    /** The newest entry that was examined by those who are not behind, or is just being. */
    long reached() {
        Entry current = offering;
        return current == null ? offered : current.bseq();
    }

    long heldFrom() {
        return tail.from();
    }

    /** Whether it is known what stands in the log under this number, if anything. */
    boolean holds(long bseq) {
        return bseq <= trimmedTo
                || (bseq > tail.from() && bseq <= tail.to())
                || (page != null && bseq > page.after() && bseq <= page.to())
                || findOpen(bseq) != null;
    }

    @Nullable
    Entry find(long bseq) {
        OpenEntry waitedFor = findOpen(bseq);
        if (waitedFor != null) {
            return waitedFor.entry();
        }
        Entry newest = tail.find(bseq);
        return newest != null || page == null ? newest : page.entries().get(bseq);
    }

    @Override
    public void execute(Runnable task) {
        context.host().execute(task);
    }

    @Override
    public boolean isFull() {
        return backlog >= config().tailEntries();
    }

    @Override
    public void onStart(Start start) {
        if (closed) {
            return;
        }
        started = true;
        trimmedTo = start.trimmedTo();
        tail.restart(start.from());
        start.entries().forEach(tail::add);
        tail.completeTo(start.readTo());
        // Who is here already examines what is new by itself.
        offered = start.readTo();
        healAll();
    }

    private void healAll() {
        for (int i = 0; i < all.size(); i++) {
            Member member = all.get(i);
            if (member != null) {
                heal(member);
            }
        }
    }

    @Override
    public void onNews(News news) {
        if (closed || !started) {
            return;
        }
        if (news.reset()) {
            reset(news);
            return;
        }
        trimmedTo = Math.max(trimmedTo, news.trimmedTo());
        news.states().forEach(this::change);
        reloadGroups(news);
        news.entries().forEach(tail::add);
        tail.completeTo(news.readTo());
        tail.dropTo(Math.min(news.heldFrom(), offered));
        backlog = (int) (tail.to() - offered);
        context.loop().busy(this);
    }

    private void reset(News news) {
        parts().meters().logsReset().increment();
        tail.restart(news.readTo());
        tail.completeTo(news.readTo());
        offered = news.readTo();
        trimmedTo = news.trimmedTo();
        endOffer();
        for (int i = 0; i < open.length; i++) {
            open[i] = null;
        }
        openInOrder = List.of();
        page = null;
        readers.clear();
        stalled.clear();
        for (int i = 0; i < all.size(); i++) {
            Member member = all.get(i);
            if (member != null) {
                member.reset(offered);
            }
        }
    }

    private void change(EntryState changed) {
        if (reading) {
            toldWhileReading.put(changed.getBseq(), changed.getState());
        }
        Entry held = tail.find(changed.getBseq());
        if (held != null) {
            tail.replace(held.in(changed.getState()));
        }
        OpenEntry waitedFor = findOpen(changed.getBseq());
        if (waitedFor != null) {
            waitedFor.update(waitedFor.entry().in(changed.getState()));
        }
        if (offering != null && offering.bseq() == changed.getBseq()) {
            offering = offering.in(changed.getState());
        }
        if (page != null) {
            page.entries().computeIfPresent(changed.getBseq(), (bseq, entry) -> entry.in(changed.getState()));
        }
    }

    private void reloadGroups(News news) {
        if (news.allUsers()) {
            for (int i = 0; i < all.size(); i++) {
                Member member = all.get(i);
                if (member != null) {
                    member.reload();
                }
            }
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
        if (closed || !started) {
            return false;
        }
        boolean more = offerSome(members);
        more |= serveSome(members);
        more |= healSome(members);
        if (!more) {
            releaseFrames();
        }
        return more;
    }

    /** Comes to the next entries. */
    private boolean offerSome(int members) {
        int left = members;
        while (left > 0) {
            if (offering == null && !beginOffer()) {
                return false;
            }
            left = offerOn(left);
        }
        return offering != null || tail.to() > offered;
    }

    /** Returns false where there is none, or it has to wait. */
    private boolean beginOffer() {
        while (offered < tail.to()) {
            Entry next = tail.find(offered + 1);
            if (next != null && !next.isDead(context.host().wallMs())) {
                if (next.mustWait() && open(next) == null) {
                    parts().meters().stalled().increment();
                    return false;
                }
                offering = next;
                offers = new Scan(audience(next));
                return true;
            }
            offered++;
            backlog = (int) (tail.to() - offered);
        }
        return false;
    }

    private int offerOn(int members) {
        int left = members;
        while (offering != null && offers != null && left > 0) {
            Member next = offers.next();
            if (next == null) {
                offered = offering.bseq();
                backlog = (int) (tail.to() - offered);
                endOffer();
            } else if (next.offer(offering)) {
                left--;
                target(offering);
            } else {
                left--;
            }
        }
        return left;
    }

    private void target(Entry entry) {
        tally(entry.bseq()).targeted(1);
        OpenEntry waitedFor = findOpen(entry.bseq());
        if (waitedFor != null) {
            waitedFor.target();
        }
    }

    private void endOffer() {
        offering = null;
        offers = null;
    }

    // Entries that are waited for.

    @Nullable
    OpenEntry findOpen(long bseq) {
        for (OpenEntry some : openInOrder) {
            if (some.entry().bseq() == bseq) {
                return some;
            }
        }
        return null;
    }

    /** Returns the entry's place; null where as many as may be are waited for already. */
    @Nullable
    OpenEntry open(Entry entry) {
        OpenEntry known = findOpen(entry.bseq());
        if (known != null) {
            return known;
        }
        for (int i = 0; i < open.length; i++) {
            if (open[i] == null) {
                OpenEntry opened = new OpenEntry(entry, i);
                open[i] = opened;
                reorder();
                return opened;
            }
        }
        return null;
    }

    private void reorder() {
        List<OpenEntry> inOrder = new ArrayList<>();
        for (OpenEntry some : open) {
            if (some != null) {
                inOrder.add(some);
            }
        }
        inOrder.sort(
                Comparator.<OpenEntry, Boolean>comparing(some -> !some.entry().urgent())
                        .thenComparingLong(some -> some.entry().bseq()));
        openInOrder = List.copyOf(inOrder);
    }

    void forEachOpen(long bits, Consumer<OpenEntry> found) {
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            OpenEntry some = open[Long.numberOfTrailingZeros(rest)];
            if (some != null) {
                found.accept(some);
            }
        }
    }

    /** As many entries as may be are waited for: the member goes on once one is not. */
    void stall(Member member) {
        stalled.add(member);
    }

    private boolean serveSome(int members) {
        long wallMs = context.host().wallMs();
        boolean more = false;
        boolean over = false;
        for (OpenEntry some : openInOrder) {
            more |= serve(some, members, wallMs);
            over |= some.isOver(wallMs) && !isOffering(some);
        }
        if (over) {
            closeThoseThatAreOver(wallMs);
        }
        return more;
    }

    private boolean isOffering(OpenEntry some) {
        return offering != null && offering.bseq() == some.entry().bseq();
    }

    private void closeThoseThatAreOver(long wallMs) {
        for (int i = 0; i < open.length; i++) {
            OpenEntry some = open[i];
            if (some != null && some.isOver(wallMs) && !isOffering(some)) {
                open[i] = null;
            }
        }
        reorder();
        healing.addAll(stalled);
        stalled.clear();
    }

    /** Serves an entry to some of those who wait for it, as far as it may be. Returns whether more may be at once. */
    private boolean serve(OpenEntry some, int members, long wallMs) {
        Entry entry = some.entry();
        if (some.waiting() == 0) {
            return false;
        }
        if (entry.isDead(wallMs)) {
            return walk(some, Integer.MAX_VALUE, members, member -> {
                member.giveUp(some);
                return true;
            });
        }
        if (!entry.mustWait()) {
            return walk(some, Integer.MAX_VALUE, members, member -> member.serve(some));
        }
        if (!entry.isPacing()) {
            return false;
        }
        int granted = parts().paces().take(id, entry.bseq(), Math.min(members, some.waiting()));
        if (granted == 0) {
            return false;
        }
        servedInWalk = 0;
        boolean more = walk(some, granted, members, member -> member.serve(some));
        parts().paces().giveBack(id, entry.bseq(), granted - servedInWalk);
        return more;
    }

    private int servedInWalk;

    private interface Service {
        boolean serve(Member member);
    }

    /** Walks on over those who may wait, up to so many served and so many looked at. */
    private boolean walk(OpenEntry some, int atMost, int looks, Service service) {
        int left = atMost;
        servedInWalk = 0;
        for (int looked = 0; looked < 4 * looks && servedInWalk < looks && left > 0 && some.waiting() > 0; looked++) {
            Member next = some.next(this);
            if (next == null) {
                if (!some.worthAnother()) {
                    return false;
                }
            } else if (next.waitsFor(some)) {
                if (service.serve(next)) {
                    left--;
                    servedInWalk++;
                }
                some.served();
            }
        }
        return some.waiting() > 0;
    }

    // Those who are behind.

    /** Has the member go on soon. */
    void heal(Member member) {
        healing.add(member);
        context.loop().busy(this);
    }

    void wantRead(Member member) {
        readers.add(member);
        context.loop().busy(this);
    }

    private boolean healSome(int members) {
        for (int i = 0; i < members; i++) {
            Member next = healing.poll();
            if (next == null) {
                page = null;
                readSome();
                return false;
            }
            next.advance();
        }
        return true;
    }

    /** Reads a stretch from the lowest number on that anyone wants: all who are that far behind go on with it. */
    private void readSome() {
        if (readers.isEmpty() || reading || context.host().nowMs() < readAgainMs) {
            return;
        }
        long lowest = Long.MAX_VALUE;
        for (Member reader : readers) {
            long wanted = reader.wanted();
            lowest = wanted == 0 ? lowest : Math.min(lowest, wanted);
        }
        if (lowest == Long.MAX_VALUE) {
            readers.clear();
            return;
        }
        reading = true;
        toldWhileReading.clear();
        long after = lowest - 1;
        context.reads().submit(() -> read(after));
    }

    private void read(long after) {
        ReadBroadcastsRequest request = ReadBroadcastsRequest.newBuilder()
                .setApp(id)
                .setAfter(after)
                .setTo(after < tail.from() ? tail.from() : after + 1)
                .setMaxEntries(config().readEntries())
                .setMaxBytes(config().readBytes().toInt())
                .build();
        parts().meters().reads().increment();
        context.host().hop(parts().stores().read(request), (reply, failure) -> onRead(after, reply, failure));
    }

    private void onRead(long after, @Nullable ReadBroadcastsReply reply, @Nullable Throwable failure) {
        reading = false;
        context.reads().finished();
        if (closed) {
            return;
        }
        if (reply == null || Math.max(reply.getCompleteTo(), reply.getTrimmedTo()) <= after) {
            readAgainMs = context.host().nowMs() + context.host().backoffMs(failedReads++);
            if (reply == null) {
                parts().meters().readFailed(failure);
            }
            return;
        }
        failedReads = 0;
        trimmedTo = Math.max(trimmedTo, reply.getTrimmedTo());
        Map<Long, Entry> entries = new HashMap<>();
        reply.getEntriesList().forEach(entry -> entries.put(entry.getBseq(), asLastTold(Entry.of(entry))));
        page = new Page(after, Math.max(after, reply.getCompleteTo()), entries);
        healing.addAll(readers);
        readers.clear();
        context.loop().busy(this);
    }

    private Entry asLastTold(Entry entry) {
        TaskState told = toldWhileReading.get(entry.bseq());
        return told == null ? entry : entry.in(told);
    }

    /** Ten times a second: what waits for time or pace. */
    boolean isToBeLookedAt() {
        return !openInOrder.isEmpty() || !readers.isEmpty() || offered < tail.to();
    }

    /** Where this loop is with an entry. */
    PaceReport report(long bseq) {
        OpenEntry waitedFor = findOpen(bseq);
        int waiting = waitedFor == null ? 0 : waitedFor.waiting();
        return PaceReport.newBuilder()
                .setTargeted(waitedFor == null ? 0 : waitedFor.targeted())
                .setRemaining(waiting)
                .setFinished(started && offered >= bseq && waiting == 0)
                .build();
    }

    // What members need.

    ByteBuf frame(Entry entry) {
        ByteBuf frame = frames.get(entry.bseq());
        if (frame == null) {
            frame = BroadcastFrame.encode(ByteBufAllocator.DEFAULT, id, entry.bseq(), entry.groups(), entry.content());
            frames.put(entry.bseq(), frame);
        }
        return frame.retainedDuplicate();
    }

    private void releaseFrames() {
        frames.values().forEach(ByteBuf::release);
        frames.clear();
    }

    Progress.Tally tally(long bseq) {
        Progress.Tally known = tally;
        if (known == null || tallyOf != bseq) {
            known = parts().progress().of(id, bseq);
            tally = known;
            tallyOf = bseq;
        }
        return known;
    }

    long giveOrTake(Duration about) {
        long aboutMs = about.toMillis();
        return aboutMs / 2 + context.random().nextLong(aboutMs + 1);
    }

    void saveCursor(Attached binding, long low, Numbers acknowledged, Numbers missing, int fruitless) {
        StoredCursor.Builder cursor = StoredCursor.newBuilder().setLow(low).setFruitless(fruitless);
        if (fruitless > 0) {
            cursor.setFruitlessMs(context.host().wallMs());
        }
        for (int i = 0; i < acknowledged.size(); i++) {
            if (acknowledged.get(i) > low) {
                cursor.addSeen(acknowledged.get(i));
            }
        }
        for (int i = 0; i < missing.size() && missing.get(i) <= low; i++) {
            cursor.addMissing(missing.get(i));
        }
        parts().cursors().put(id, binding.user(), binding.device(), cursor.build());
    }
}
