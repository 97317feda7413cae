package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Terms;
import java.util.SplittableRandom;

/**
 * How something is sent, as it is drawn.
 *
 * @param afterwards what becomes of it when it was accepted
 */
record Manner(Terms terms, Afterwards afterwards) {
    enum Afterwards {
        NOTHING,
        /** It is sent once more, as by somebody who missed the answer. */
        AGAIN,
        /** It is asked for back. */
        RECALL
    }

    private static final int PARTS = 40;
    /** Of devices that are away, some are for longer. */
    private static final int TTL_SECONDS = 1;

    private static final int COLLAPSE_KEYS = 2;

    /** Of a message to a user. */
    static Manner ofMessage(SplittableRandom chance, boolean mayNotify) {
        int part = chance.nextInt(PARTS);
        Terms terms = part < 3
                ? Terms.ttl(TTL_SECONDS)
                : part < 9
                        ? Terms.collapse("state-" + chance.nextInt(COLLAPSE_KEYS))
                        : part < 13 && mayNotify ? Terms.notification() : Terms.PLAIN;
        int then = chance.nextInt(PARTS);
        return new Manner(terms, then < 5 ? Afterwards.AGAIN : then < 8 ? Afterwards.RECALL : Afterwards.NOTHING);
    }

    /** Of one that has to come, whatever its sender sends next. */
    static Manner ofOneThatHasToCome(SplittableRandom chance) {
        return new Manner(Terms.PLAIN, againOrNothing(chance));
    }

    /** Of a broadcast, which nobody can ask for back. Where one's time is over, who was away is told that it is lost. */
    static Manner ofBroadcast(SplittableRandom chance) {
        Terms terms = chance.nextInt(PARTS) < 4 ? Terms.notification() : Terms.PLAIN;
        return new Manner(terms, againOrNothing(chance));
    }

    private static Afterwards againOrNothing(SplittableRandom chance) {
        return chance.nextInt(PARTS) < 5 ? Afterwards.AGAIN : Afterwards.NOTHING;
    }
}
