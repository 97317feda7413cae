package io.hawser.rpc.link;

import io.hawser.rpc.id.IdTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of one stream that have no answer yet: queued, or in flight by their id. Owned by the stream's loop. */
final class Pending {
    private final FairQueue queue;
    private final Deadlines deadlines;
    private final IdTable<PendingCall<?>> inFlight = new IdTable<>();
    private volatile int count;
    private volatile int queued;

    Pending(LinkSettings settings, Deadlines deadlines) {
        this.queue = new FairQueue(settings.maxPending(), settings.maxPendingBytes());
        this.deadlines = deadlines;
    }

    /** Queues the call; false where its app has its share already. */
    boolean admit(PendingCall<?> call) {
        if (!queue.admit(call)) {
            return false;
        }
        deadlines.add(call);
        return true;
    }

    boolean hasQueued() {
        return queue.queued() > 0;
    }

    boolean isEmpty() {
        return queue.pending() == 0;
    }

    /** Takes the next call in turn, to be written under this id; null: none is queued. */
    @Nullable
    PendingCall<?> send(long id) {
        PendingCall<?> call = queue.poll();
        if (call != null) {
            call.id = id;
            inFlight.put(id, call);
        }
        return call;
    }

    /** Removes the call that has this id; null: none has it any more. */
    @Nullable
    PendingCall<?> answered(long id) {
        PendingCall<?> call = inFlight.remove(id);
        if (call != null) {
            deadlines.remove(call);
            queue.release(call);
        }
        return call;
    }

    /** Removes a call whose deadline was noticed. */
    void expired(PendingCall<?> call) {
        if (call.id != 0) {
            inFlight.remove(call.id);
        }
        queue.release(call);
    }

    /** Removes all. */
    List<PendingCall<?>> removeAll() {
        List<PendingCall<?>> all = new ArrayList<>(inFlight.values());
        inFlight.clear();
        for (PendingCall<?> call = queue.poll(); call != null; call = queue.poll()) {
            all.add(call);
        }
        for (PendingCall<?> call : all) {
            deadlines.remove(call);
            queue.release(call);
        }
        return all;
    }

    /** Shows other threads how many there are. */
    void publish() {
        count = queue.pending();
        queued = queue.queued();
    }

    /** Any thread: calls without an answer, when it was last published. */
    int publishedCount() {
        return count;
    }

    /** Any thread: calls not written yet, when it was last published. */
    int publishedQueued() {
        return queued;
    }
}
