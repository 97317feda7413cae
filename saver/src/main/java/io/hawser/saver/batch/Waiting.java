package io.hawser.saver.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait, taken one an app in turn. An app may have as many waiting as places are still free, so that a flood
 * of one leaves room for the others (decision 0011).
 */
final class Waiting<Q, R> {
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition any = lock.newCondition();
    private final LinkedHashMap<String, ArrayDeque<Asked<Q, R>>> byApp = new LinkedHashMap<>();
    private int size;
    private boolean closed;

    /** What became of a request that wanted to wait. */
    enum Admission {
        ADMITTED,
        FULL,
        CLOSED
    }

    Waiting(int capacity) {
        this.capacity = capacity;
    }

    Admission offer(Asked<Q, R> asked) {
        lock.lock();
        try {
            return closed ? Admission.CLOSED : admit(asked);
        } finally {
            lock.unlock();
        }
    }

    private Admission admit(Asked<Q, R> asked) {
        ArrayDeque<Asked<Q, R>> own = byApp.get(asked.app());
        int waiting = own == null ? 0 : own.size();
        if (size >= capacity || waiting > capacity - size) {
            return Admission.FULL;
        }
        byApp.computeIfAbsent(asked.app(), app -> new ArrayDeque<>()).add(asked);
        size++;
        any.signal();
        return Admission.ADMITTED;
    }

    /** Waits for requests; none: closed. */
    List<Asked<Q, R>> take(int atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (size == 0 && !closed) {
                any.await();
            }
            return inTurn(atMost);
        } finally {
            lock.unlock();
        }
    }

    private List<Asked<Q, R>> inTurn(int atMost) {
        List<Asked<Q, R>> batch = new ArrayList<>(Math.min(size, atMost));
        while (size > 0 && batch.size() < atMost) {
            Iterator<Map.Entry<String, ArrayDeque<Asked<Q, R>>>> apps =
                    byApp.entrySet().iterator();
            while (apps.hasNext() && batch.size() < atMost) {
                ArrayDeque<Asked<Q, R>> own = apps.next().getValue();
                batch.add(own.remove());
                size--;
                if (own.isEmpty()) {
                    apps.remove();
                }
            }
        }
        return batch;
    }

    /** Returns what waited: nothing is admitted any more, and who takes gets nothing. */
    List<Asked<Q, R>> close() {
        lock.lock();
        try {
            closed = true;
            any.signalAll();
            return inTurn(Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }
}
