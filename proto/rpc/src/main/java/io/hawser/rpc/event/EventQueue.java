package io.hawser.rpc.event;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of some slots that wait: in order by app, and the apps take turns. Those of deliveries from one mailbox are joined
 * while they wait: they are cumulative, so nothing is lost by it. May be used by any thread.
 *
 * <p>Where too many wait, an app that has more than its share of the places loses its oldest; one that has not loses none.
 */
final class EventQueue {
    /** None is empty; the first one's turn is next. */
    private final LinkedHashMap<String, Deque<Waiting>> apps = new LinkedHashMap<>();

    private final Map<Mailbox, Waiting> deliveries = new HashMap<>();
    private int size;

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

    /** Returns the one that had to go for it, if any. */
    synchronized @Nullable StateEvent add(StateEvent event, int max) {
        boolean delivered = event.getKind() == EventKind.EVENT_DELIVERED;
        if (delivered && isJoined(event)) {
            return null;
        }
        StateEvent gone = size >= max ? take(whoGivesWay(event.getApp(), max)) : null;
        Waiting last = new Waiting(event);
        of(event).addLast(last);
        size++;
        if (delivered) {
            deliveries.put(Mailbox.of(event), last);
        }
        return gone;
    }

    synchronized List<StateEvent> take(int atMost) {
        List<StateEvent> batch = new ArrayList<>(Math.min(atMost, size));
        while (batch.size() < atMost && size > 0) {
            batch.add(takeInTurn());
        }
        return batch;
    }

    /** Has events that were taken be the first again. They are not joined any more. */
    synchronized void putBack(List<StateEvent> first) {
        first.reversed().forEach(event -> of(event).addFirst(new Waiting(event)));
        size += first.size();
    }

    synchronized int size() {
        return size;
    }

    private boolean isJoined(StateEvent next) {
        Waiting before = deliveries.get(Mailbox.of(next));
        if (before == null || before.event.getSeq() != next.getSince()) {
            return false;
        }
        before.event = next.toBuilder().setSince(before.event.getSince()).build();
        return true;
    }

    private Deque<Waiting> of(StateEvent event) {
        return apps.computeIfAbsent(event.getApp(), app -> new ArrayDeque<>());
    }

    /** The app itself where it has its share already, which costs no look at the others; else the one that has most. */
    private String whoGivesWay(String app, int max) {
        Deque<Waiting> own = apps.get(app);
        if (own != null && own.size() >= max / apps.size()) {
            return app;
        }
        return apps.entrySet().stream()
                .max(Comparator.comparingInt(other -> other.getValue().size()))
                .orElseThrow()
                .getKey();
    }

    private StateEvent takeInTurn() {
        String app = apps.firstEntry().getKey();
        StateEvent event = take(app);
        Deque<Waiting> left = apps.remove(app);
        if (left != null) {
            apps.put(app, left);
        }
        return event;
    }

    private StateEvent take(String app) {
        Deque<Waiting> waiting = apps.get(app);
        if (waiting == null) {
            throw new IllegalStateException(app + ": nothing waits");
        }
        Waiting first = waiting.removeFirst();
        size--;
        if (waiting.isEmpty()) {
            apps.remove(app);
        }
        if (first.event.getKind() == EventKind.EVENT_DELIVERED) {
            deliveries.remove(Mailbox.of(first.event), first);
        }
        return first.event;
    }
}
