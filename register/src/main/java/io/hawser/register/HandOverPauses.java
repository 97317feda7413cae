package io.hawser.register;

import io.hawser.rpc.link.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long registers are left alone that refused what was handed over to them, or did not answer: longer each time in a row,
 * up to a second, while others are told. Used by the lane's thread only.
 */
final class HandOverPauses {
    /** Views agree within milliseconds, mostly. */
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int MAX_DOUBLED = 4;

    private final LongSupplier nanoTime;
    /** Of those that refused last. No more than were in a view. */
    private final Map<Peer, Pause> pauses = new HashMap<>();

    private record Pause(int doubled, long untilNanos) {}

    HandOverPauses(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean isPaused(Peer register) {
        return leftNanos(register) > 0;
    }

    /** Returns 0 where there is no pause. */
    long leftNanos(Peer register) {
        Pause pause = pauses.get(register);
        return pause == null ? 0 : Math.max(0, pause.untilNanos - nanoTime.getAsLong());
    }

    /** @param tookSome it refused some of it only: it is on its way to agree */
    void lengthen(Peer register, boolean tookSome) {
        Pause before = pauses.get(register);
        int doubled = before == null || tookSome ? 0 : Math.min(before.doubled + 1, MAX_DOUBLED);
        pauses.put(register, new Pause(doubled, nanoTime.getAsLong() + (FIRST_NANOS << doubled)));
    }

    void end(Peer register) {
        pauses.remove(register);
    }

    /** There is a new view: who did not agree with the one before may agree with this. */
    void endAll() {
        pauses.clear();
    }
}
