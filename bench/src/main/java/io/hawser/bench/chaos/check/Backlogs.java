package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What was in spools before each message of its user's: a saver empties its spool one after another, and refuses what is sent to the
 * user meanwhile.
 */
final class Backlogs {
    /** What a loaded machine may take for one: a call, Redis, a commit. */
    private static final long EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** No more of a user are taken: {@code spool.maxUserMessages}, unless it is told otherwise. */
    static final int MOST = 1_000;

    /** By their texts; what is not in it found none. */
    private final Map<String, Integer> before = new HashMap<>();

    /** Whoever sends to a user sends one after another, and to what is accepted with a number nothing of the user's was left. */
    Backlogs(Cast cast, Messages messages) {
        Map<Audience, Integer> waiting = new HashMap<>();
        for (Message message : messages.all()) {
            if (cast.maySpool(message.audience(), message.terms())) {
                int found = waiting.getOrDefault(message.audience(), 0);
                if (found > 0) {
                    before.put(message.text(), found);
                }
                waiting.put(message.audience(), waiting(message, found));
            }
        }
    }

    /** What the next one finds. */
    private static int waiting(Message message, int found) {
        boolean mayBeSpooled = message.isSpooled() || message.outcome() == Outcome.UNKNOWN;
        return mayBeSpooled ? found + 1 : message.isAccepted() ? 0 : found;
    }

    /** Whether so many were before it that a spool refuses it, as it may. */
    boolean isBehindAsManyAsThereMayBe(Message message) {
        return before.getOrDefault(message.text(), 0) >= MOST;
    }

    /** How long those before it may take to leave their spool when all is well again. */
    long nanos(Message message) {
        return before.getOrDefault(message.text(), 0) * EACH_NANOS;
    }
}
