package io.hawser.room.connection;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jctools.queues.MpscArrayQueue;

/** What other threads have for an event loop: it is woken once for many of them, and takes turns with its other work. */
final class Inbox {
    private static final int PLACES = 16_384;
    private static final int TASKS_A_TURN = 1_024;

    private final Executor loop;
    private final Consumer<Runnable> doing;
    private final Runnable afterTurn;
    private final Queue<Runnable> tasks = new MpscArrayQueue<>(PLACES);
    private final AtomicBoolean woken = new AtomicBoolean();

    /**
     * @param doing does a task on the loop, and throws nothing: the others would wait for the next turn
     * @param afterTurn run on the loop after each turn
     */
    Inbox(Executor loop, Consumer<Runnable> doing, Runnable afterTurn) {
        this.loop = loop;
        this.doing = doing;
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
            doing.accept(task);
            taken++;
        }
        afterTurn.run();
        if (!tasks.isEmpty()) {
            wake();
        }
    }
}
