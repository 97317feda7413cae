package io.hawser.rpc.link;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait to be written to a stream, and the count of all that are pending on it: one queue an app, served
 * in turn.
 *
 * <p>Admission follows the dynamic threshold of Choudhury and Hahne (1998): an app may have as many calls pending as
 * are still free. One app alone gets half; n that flood get 1/(n+1) each, and the same is left for the next to come.
 */
final class FairQueue {
    private final int maxPending;
    private final int maxPendingBytes;
    private final Map<String, AppQueue> apps = new HashMap<>();
    private final ArrayDeque<AppQueue> turns = new ArrayDeque<>();
    private int pending;
    private int queued;
    private long pendingBytes;

    FairQueue(int maxPending, int maxPendingBytes) {
        this.maxPending = maxPending;
        this.maxPendingBytes = maxPendingBytes;
    }

    /** Calls queued and in flight. */
    int pending() {
        return pending;
    }

    int queued() {
        return queued;
    }

    /** Queues the call, which counts as pending until {@link #release}; false where its app has its share already. */
    boolean admit(PendingCall<?> call) {
        AppQueue app = apps.computeIfAbsent(call.app, AppQueue::new);
        int bytes = call.body.size();
        if (app.pending >= maxPending - pending || app.bytes + bytes > maxPendingBytes - pendingBytes) {
            forgetIfIdle(app);
            return false;
        }
        pending++;
        pendingBytes += bytes;
        app.pending++;
        app.bytes += bytes;
        call.queue = app;
        append(app, call);
        return true;
    }

    /** Takes the next call in turn out of the queue; it stays pending. */
    @Nullable
    PendingCall<?> poll() {
        AppQueue app = turns.poll();
        if (app == null) {
            return null;
        }
        PendingCall<?> call = app.removeFirst();
        queued--;
        if (app.head != null) {
            turns.add(app);
        }
        return call;
    }

    /** The call has its answer, or will have none: its place is free, and it leaves the queue where it is still there. */
    void release(PendingCall<?> call) {
        AppQueue app = call.queue;
        if (app == null) {
            return;
        }
        call.queue = null;
        if (app.contains(call)) {
            app.remove(call);
            queued--;
            if (app.head == null) {
                turns.remove(app);
            }
        }
        pending--;
        pendingBytes -= call.body.size();
        app.pending--;
        app.bytes -= call.body.size();
        forgetIfIdle(app);
    }

    private void append(AppQueue app, PendingCall<?> call) {
        if (app.head == null) {
            turns.add(app);
        }
        app.addLast(call);
        queued++;
    }

    private void forgetIfIdle(AppQueue app) {
        if (app.pending == 0) {
            apps.remove(app.name);
        }
    }

    /** The calls of one app: those that wait, linked through themselves, and the count of all that are pending. */
    static final class AppQueue {
        private final String name;
        private @Nullable PendingCall<?> head;
        private @Nullable PendingCall<?> tail;
        private int pending;
        private long bytes;

        AppQueue(String name) {
            this.name = name;
        }

        private boolean contains(PendingCall<?> call) {
            return call.previousQueued != null || head == call;
        }

        private void addLast(PendingCall<?> call) {
            call.previousQueued = tail;
            if (tail == null) {
                head = call;
            } else {
                tail.nextQueued = call;
            }
            tail = call;
        }

        private @Nullable PendingCall<?> removeFirst() {
            PendingCall<?> call = head;
            if (call != null) {
                remove(call);
            }
            return call;
        }

        private void remove(PendingCall<?> call) {
            PendingCall<?> previous = call.previousQueued;
            PendingCall<?> next = call.nextQueued;
            if (previous == null) {
                head = next;
            } else {
                previous.nextQueued = next;
            }
            if (next == null) {
                tail = previous;
            } else {
                next.previousQueued = previous;
            }
            call.previousQueued = null;
            call.nextQueued = null;
        }
    }
}
