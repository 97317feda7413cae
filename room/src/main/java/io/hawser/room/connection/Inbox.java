package io.hawser.room.connection;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpscArrayQueue;

/** What other threads have for an event loop: it is woken once for many of them, and takes turns with its other work. */
final class Inbox {
    private static final int PLACES = 16_384;
    private static final int TASKS_A_TURN = 1_024;

    private final Executor loop;
    private final Runnable afterTurn;
    private final Queue<Runnable> tasks = new MpscArrayQueue<>(PLACES);
    private final AtomicBoolean woken = new AtomicBoolean();

    /** @param afterTurn run on the loop after each turn */
    Inbox(Executor loop, Runnable afterTurn) {
        this.loop = loop;
        this.afterTurn = afterTurn;
    }

    /** Has the task run on the loop soon, with others; false where too many wait. May be called by any thread. */
    boolean offer(Runnable task) {
        if (!tasks.offer(task)) {
            return false;
        }
        wake();
        return true;
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.execute(this::takeTurn);
        }
    }

    private void takeTurn() {
        woken.set(false);
        int taken = 0;
        for (Runnable task = tasks.poll(); task != null; task = taken < TASKS_A_TURN ? tasks.poll() : null) {
            task.run();
            taken++;
        }
        afterTurn.run();
        if (!tasks.isEmpty()) {
            wake();
        }
    }
}
