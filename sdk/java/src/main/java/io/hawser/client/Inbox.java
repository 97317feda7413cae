package io.hawser.client;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the listener thread, in order and bounded. Who puts into a full one waits, which makes the client stop
 * reading: the room then waits as well.
 */
final class Inbox {
    private final int capacity;
    private final Deque<Runnable> events = new ArrayDeque<>();
    private boolean finished;

    Inbox(int capacity) {
        this.capacity = capacity;
    }

    /** Adds an event once there is room; returns false, and drops it, where the inbox is or gets finished. */
    synchronized boolean put(Runnable event) throws InterruptedException {
        while (!finished && events.size() >= capacity) {
            wait();
        }
        return add(event);
    }

    /** Adds an event if there is room now. */
    synchronized boolean offer(Runnable event) {
        return events.size() < capacity && add(event);
    }

    /** Waits for the next event and returns it, or null when there will be none. */
    synchronized @Nullable Runnable take() throws InterruptedException {
        while (!finished && events.isEmpty()) {
            wait();
        }
        notifyAll();
        return events.poll();
    }

    synchronized boolean isEmpty() {
        return events.isEmpty();
    }

    /** Nothing more is added; what is there is still taken. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    /** Nothing more is added, and what is there is dropped. */
    synchronized void abandon() {
        events.clear();
        finish();
    }

    private boolean add(Runnable event) {
        if (finished) {
            return false;
        }
        events.add(event);
        notifyAll();
        return true;
    }
}
