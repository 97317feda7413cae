package io.hawser.room.broadcast;

import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.rpc.v1.TaskState;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members of one app on one event loop that are behind. Those who need what is older than the tail share what is read:
 * it is read from the lowest number on that anyone wants, a stretch at a time, and all who are that far behind go on with
 * it. So however many come back after a night, each stretch is read once for all.
 */
final class Healing {
    private final LocalApp app;
    private final LoopContext context;
    private final Queue<Listening> ready = new ArrayDeque<>();
    private final Set<Listening> readers = new LinkedHashSet<>();
    /** Who goes on once an entry gives its place free. */
    private final Set<Listening> stalled = new LinkedHashSet<>();

    private @Nullable Page page;
    private boolean reading;
    /** What was told while a read was under way: its answer may be older. */
    private final Map<Long, TaskState> toldWhileReading = new HashMap<>();

    private int failedReads;
    private long readAgainMs;

    private record Page(long after, long to, Map<Long, Entry> entries) {}

    Healing(LocalApp app, LoopContext context) {
        this.app = app;
        this.context = context;
    }

    /** Has the member go on soon. */
    void heal(Listening member) {
        ready.add(member);
    }

    void wantRead(Listening member) {
        readers.add(member);
    }

    void stall(Listening member) {
        stalled.add(member);
    }

    void unstall() {
        ready.addAll(stalled);
        stalled.clear();
    }

    void forget(Listening member) {
        readers.remove(member);
        stalled.remove(member);
    }

    void clear() {
        page = null;
        readers.clear();
        stalled.clear();
    }

    /** Somebody waits for what is read. */
    boolean isWanted() {
        return !readers.isEmpty();
    }

    boolean holds(long bseq) {
        Page held = page;
        return held != null && bseq > held.after() && bseq <= held.to();
    }

    @Nullable
    Entry find(long bseq) {
        return page == null ? null : page.entries().get(bseq);
    }

    /** The state of an entry changed. */
    void change(EntryState changed) {
        if (reading) {
            toldWhileReading.put(changed.getBseq(), changed.getState());
        }
        if (page != null) {
            page.entries().computeIfPresent(changed.getBseq(), (bseq, entry) -> entry.in(changed.getState()));
        }
    }

    /** Has some go on. Returns whether more may at once. */
    boolean healSome(int members) {
        for (int i = 0; i < members; i++) {
            Listening next = ready.poll();
            if (next == null) {
                page = null;
                readSome();
                return false;
            }
            next.advance();
        }
        return true;
    }

    private void readSome() {
        if (readers.isEmpty() || reading || context.host().nowMs() < readAgainMs) {
            return;
        }
        long lowest = Long.MAX_VALUE;
        for (Listening reader : readers) {
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
        BroadcastConfig config = app.config();
        ReadBroadcastsRequest request = ReadBroadcastsRequest.newBuilder()
                .setApp(app.app())
                .setAfter(after)
                .setTo(after < app.heldFrom() ? app.heldFrom() : after + 1)
                .setMaxEntries(config.readEntries())
                .setMaxBytes(config.readBytes().toInt())
                .build();
        app.parts().meters().reads().increment();
        context.host().hop(app.parts().stores().read(request), (reply, failure) -> onRead(after, reply, failure));
    }

    private void onRead(long after, @Nullable ReadBroadcastsReply reply, @Nullable Throwable failure) {
        reading = false;
        context.reads().finished();
        if (reply == null) {
            app.parts().meters().readFailed(failure);
        }
        if (reply == null || Math.max(reply.getCompleteTo(), reply.getTrimmedTo()) <= after) {
            readAgainMs = context.host().nowMs() + context.host().backoffMs(failedReads++);
            return;
        }
        failedReads = 0;
        app.trimmed(reply.getTrimmedTo());
        Map<Long, Entry> entries = new HashMap<>();
        reply.getEntriesList().forEach(entry -> entries.put(entry.getBseq(), asLastTold(Entry.of(entry))));
        page = new Page(after, Math.max(after, reply.getCompleteTo()), entries);
        ready.addAll(readers);
        readers.clear();
        context.loop().busy(app);
    }

    private Entry asLastTold(Entry entry) {
        TaskState told = toldWhileReading.get(entry.bseq());
        return told == null ? entry : entry.in(told);
    }
}
