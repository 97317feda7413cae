package io.hawser.rpc.link;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Hands items from any thread to an owner that lives on an event loop.
 *
 * <p>The owner is woken by a task at the end of the loop's turn, at most one at a time: so all that is handed over in
 * one turn, or while the loop is busy, is taken together. After the loop has ended, the thread that offers takes the
 * owner's part, one thread at a time, so that nothing is left without an end.
 */
final class HandOver<T> {
    private final EventLoop loop;
    private final Queue<T> queue;
    private final Runnable owner;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** {@code owner} is run on the loop and takes what there is with {@link #poll}. */
    HandOver(EventLoop loop, Queue<T> queue, Runnable owner) {
        this.loop = loop;
        this.queue = queue;
        this.owner = owner;
    }

    /** Returns false where the queue is full: the item was not taken. */
    boolean offer(T item) {
        boolean taken = queue.offer(item);
        wake();
        return taken;
    }

    @Nullable
    T poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Has the owner run soon. */
    void wake() {
        while (!queue.isEmpty() && !woken.get() && woken.compareAndSet(false, true)) {
            try {
                loop.execute(this::run);
                return;
            } catch (RejectedExecutionException loopHasEnded) {
                owner.run();
                woken.set(false);
            }
        }
    }

    private void run() {
        woken.set(false);
        owner.run();
    }
}
