package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The undelivered items of an endpoint's uplinks, or events, as far as they are in memory: a gapless run from the oldest.
 *
 * <p>As with mailboxes (R1) the store is the truth, and an item handed over is a hint: it is taken where what has to go
 * before it is here or was sent; else it is only remembered that the store has more, to be read once what is here is sent.
 */
final class Stream {
    /** What the stream is about; it is on one list at most, by this. */
    enum State {
        IDLE,
        READY,
        IN_FLIGHT,
        TO_READ,
        READING,
        WAITING_FOR_TIME,
        WAITING_FOR_TARGET,
        WAITING_FOR_CALLBACK
    }

    final AppQueue app;
    final StreamKey key;
    final int slot;
    /** Of the callback that its first item was for. */
    final Share share;

    final ArrayDeque<Entry> held = new ArrayDeque<>();
    State state = State.IDLE;
    /** The store has items beyond those held. */
    boolean more;
    /** Sent, and not yet known to be out of the store. */
    int unsettled;
    /** Tells a timer that it is of another wait. */
    int wait;
    /** When what it waits with was stored, where it is not here; 0: it waits with nothing. */
    long queuedMs;
    /** How long it waited last for want of room. */
    int roomWaitMs;
    /** The slot went to another coordinator. */
    boolean lost;

    private long sentOrdinal;
    private long sentId;
    /** The newest that was here ever, forgotten ones included. */
    private long newestOrdinal;

    private long newestId;

    Stream(AppQueue app, StreamKey key, int slot, Share share) {
        this.app = app;
        this.key = key;
        this.slot = slot;
        this.share = share;
    }

    @Nullable
    Entry head() {
        return held.peek();
    }

    boolean knows(OutboxItem item) {
        return item.getOrdinal() <= lastOrdinal();
    }

    /** Whether the store began the stream anew: ids and ordinals grow together, but where its user was erased. */
    boolean isBegunAnewWith(OutboxItem item) {
        return item.getOrdinal() <= newestOrdinal && item.getId() > newestId;
    }

    void add(Entry entry) {
        held.add(entry);
        newestOrdinal = Math.max(newestOrdinal, entry.ordinal());
        newestId = Math.max(newestId, entry.id());
    }

    /** Whether nothing can be missing between what is here, or was sent, and the item. */
    boolean isNext(OutboxItem item) {
        return !more && state != State.READING && item.getAfterOrdinal() <= lastOrdinal();
    }

    /** The head is out: delivered, buried, or nobody wants it. */
    Entry sent() {
        Entry entry = held.remove();
        sentOrdinal = Math.max(sentOrdinal, entry.ordinal());
        sentId = Math.max(sentId, entry.id());
        unsettled++;
        return entry;
    }

    /** All but the head, which knows its attempts: the store has the others. */
    List<Entry> forgetTail() {
        List<Entry> forgotten = new ArrayList<>();
        while (held.size() > 1) {
            forgotten.add(held.removeLast());
            more = true;
        }
        return forgotten;
    }

    /** Whether it waits for a back end, which may take days: what comes meanwhile stays in the store. */
    boolean waitsForBackEnd() {
        return state == State.WAITING_FOR_TARGET || state == State.WAITING_FOR_CALLBACK;
    }

    /** What is not needed any more: the store has it. */
    List<Entry> forget() {
        List<Entry> forgotten = List.copyOf(held);
        held.clear();
        more = true;
        return forgotten;
    }

    /** Where reading goes on. */
    long sentId() {
        return sentId;
    }

    boolean isOver() {
        return held.isEmpty() && !more && unsettled == 0 && state == State.IDLE;
    }

    private long lastOrdinal() {
        Entry last = held.peekLast();
        return last == null ? sentOrdinal : last.ordinal();
    }
}
