package io.hawser.rpc.event;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Events of some slots that wait, in order. Those of deliveries from one mailbox are joined while they wait: they are
 * cumulative, so nothing is lost by it. May be used by any thread.
 */
final class EventQueue {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Mailbox, Waiting> deliveries = new HashMap<>();

    private record Mailbox(String app, String user, String mailbox) {
        static Mailbox of(StateEvent event) {
            return new Mailbox(event.getApp(), event.getUser(), event.getMailbox());
        }
    }

    private static final class Waiting {
        private StateEvent event;

        Waiting(StateEvent event) {
            this.event = event;
        }
    }

    /** Returns whether the oldest had to go for it. */
    synchronized boolean add(StateEvent event, int max) {
        boolean delivered = event.getKind() == EventKind.EVENT_DELIVERED;
        if (delivered && isJoined(event)) {
            return false;
        }
        boolean full = waiting.size() >= max;
        if (full) {
            var _ = take();
        }
        Waiting last = new Waiting(event);
        waiting.add(last);
        if (delivered) {
            deliveries.put(Mailbox.of(event), last);
        }
        return full;
    }

    synchronized List<StateEvent> take(int atMost) {
        List<StateEvent> batch = new ArrayList<>(Math.min(atMost, waiting.size()));
        while (batch.size() < atMost && !waiting.isEmpty()) {
            batch.add(take());
        }
        return batch;
    }

    /** Has events that were taken be the first again. They are not joined any more. */
    synchronized void putBack(List<StateEvent> first) {
        first.reversed().forEach(event -> waiting.addFirst(new Waiting(event)));
    }

    synchronized int size() {
        return waiting.size();
    }

    private boolean isJoined(StateEvent next) {
        Waiting before = deliveries.get(Mailbox.of(next));
        if (before == null || before.event.getSeq() != next.getSince()) {
            return false;
        }
        before.event = next.toBuilder().setSince(before.event.getSince()).build();
        return true;
    }

    private StateEvent take() {
        Waiting first = waiting.remove();
        if (first.event.getKind() == EventKind.EVENT_DELIVERED) {
            deliveries.remove(Mailbox.of(first.event), first);
        }
        return first.event;
    }
}
