package io.hawser.rpc.kick;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is in hand for one life of a room. Where the room does not answer at all it is the room that is silent, not a kick:
 * so one attempt a back-off asks whether it does again, and the others wait behind it. Of a killed room there may be as many
 * as it had clients, and they all come back just then. A kick that the room answers, and does not take yet, rests by itself.
 *
 * <p>While the room is silent there is one probe under way, or one timer that the courier has set for the next.
 */
final class RoomKicks {
    /** Attempts at a time, so that a room that answers again is not flooded with all that waited. */
    static final int MAX_UNDER_WAY = 256;

    final Life life;
    private final Queue<KickInHand> waiting = new ArrayDeque<>();
    private int underWay;
    private int resting;
    private int failures;
    private @Nullable KickInHand probe;
    private boolean silent;

    /** From a room's start to its end. */
    record Life(String room, long incarnation) {}

    RoomKicks(Life life) {
        this.life = life;
    }

    void add(KickInHand kick) {
        waiting.add(kick);
    }

    boolean isSilent() {
        return silent;
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

    /** The room has answered: to a probe, that it is there; to another while it is held for silent, from before. */
    void answered(KickInHand kick) {
        underWay--;
        if (kick == probe) {
            probe = null;
            silent = false;
        }
        failures = silent ? failures : 0;
    }

    /** The room has answered, and this kick is for later. */
    void rests(KickInHand kick) {
        answered(kick);
        resting++;
    }

    void returns(KickInHand kick) {
        resting--;
        waiting.add(kick);
    }

    /** @return whether the caller has to see to a probe, after a back-off: nobody has yet */
    boolean notAnswered(KickInHand kick) {
        underWay--;
        waiting.add(kick);
        return holdForSilent(kick);
    }

    /** As {@link #notAnswered}, of a kick that is over. */
    boolean givenUp(KickInHand kick) {
        underWay--;
        if (waiting.isEmpty()) {
            silent = silent && kick != probe;
            probe = kick == probe ? null : probe;
            return false;
        }
        return holdForSilent(kick);
    }

    private boolean holdForSilent(KickInHand kick) {
        boolean unseen = !silent || kick == probe;
        silent = true;
        probe = kick == probe ? null : probe;
        return unseen;
    }

    /** How often in a row it was asked in vain; counts this time. */
    int countFailure() {
        return failures++;
    }

    void forEachWaiting(Consumer<KickInHand> deed) {
        waiting.forEach(deed);
    }

    /** Takes out what waits and is over. */
    List<KickInHand> removeIf(Predicate<KickInHand> over) {
        List<KickInHand> removed = waiting.stream().filter(over).toList();
        waiting.removeAll(Set.copyOf(removed));
        return removed;
    }

    boolean isEmpty() {
        return underWay == 0 && resting == 0 && waiting.isEmpty();
    }
}
