package io.hawser.rpc.kick;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is in hand for one life of a room. It is the room that does not answer, not a kick: so one attempt a back-off asks
 * whether it does again, and the others wait behind it. Of a killed room there may be as many as it had clients, and they
 * all come back just then.
 */
final class RoomKicks {
    /** Attempts at a time, so that a room that answers again is not flooded with all that waited. */
    private static final int MAX_UNDER_WAY = 256;

    private static final int MOST_DOUBLINGS = 20;

    private final Queue<KickInHand> waiting = new ArrayDeque<>();
    private int underWay;
    private int failures;
    private @Nullable KickInHand probe;
    private boolean silent;

    void add(KickInHand kick) {
        waiting.add(kick);
    }

    /** The next to attempt now; null where it has to wait for an answer, or for the back-off. */
    @Nullable
    KickInHand next() {
        return silent || underWay >= MAX_UNDER_WAY ? null : begin(waiting.poll());
    }

    /** The one to ask by, after a back-off; null where nothing waits any more, and the room is no longer held for silent. */
    @Nullable
    KickInHand probe() {
        probe = begin(waiting.poll());
        silent = probe != null;
        return probe;
    }

    private @Nullable KickInHand begin(@Nullable KickInHand kick) {
        if (kick != null) {
            underWay++;
        }
        return kick;
    }

    void answered(KickInHand kick) {
        underWay--;
        if (kick == probe) {
            probe = null;
            silent = false;
        }
        failures = silent ? failures : 0;
    }

    /** @return whether the caller has to see to a probe, after {@link #backoffMs}: nobody has yet */
    boolean failed(KickInHand kick) {
        underWay--;
        waiting.add(kick);
        boolean first = !silent || kick == probe;
        silent = true;
        probe = kick == probe ? null : probe;
        return first;
    }

    long backoffMs(CourierSettings settings) {
        long doubled = settings.firstBackoff().toMillis() << Math.min(failures++, MOST_DOUBLINGS);
        long ms = Math.max(2, Math.min(doubled, settings.maxBackoff().toMillis()));
        return ms / 2 + ThreadLocalRandom.current().nextLong(ms / 2);
    }

    /** Takes out what waits and is over. */
    List<KickInHand> removeIf(Predicate<KickInHand> over) {
        List<KickInHand> removed = waiting.stream().filter(over).toList();
        waiting.removeAll(Set.copyOf(removed));
        return removed;
    }

    boolean isEmpty() {
        return underWay == 0 && waiting.isEmpty();
    }
}
