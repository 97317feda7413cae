package io.hawser.room.broadcast;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntSupplier;

/** Lets so many go on at once; the others wait in order, each of which stands for a member or an app that is there. */
final class Turns {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final IntSupplier atOnce;
    private int underWay;

    Turns(IntSupplier atOnce) {
        this.atOnce = atOnce;
    }

    /** Each that started ends with {@link #finished}. */
    void submit(Runnable start) {
        waiting.add(start);
        startSome();
    }

    void finished() {
        underWay--;
        startSome();
    }

    private void startSome() {
        while (underWay < atOnce.getAsInt()) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            underWay++;
            next.run();
        }
    }
}
