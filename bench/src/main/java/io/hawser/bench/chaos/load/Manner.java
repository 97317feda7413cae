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
    private static final int SHORT_TTL_SECONDS = 1;
    /** Longer than most runs: these have to come. */
    private static final int LONG_TTL_SECONDS = 3_600;

    private static final int COLLAPSE_PARTS = 6;
    private static final int COLLAPSE_KEYS = 2;
    /** What is sent under this one has to come: the next is far away. */
    private static final String SELDOM_KEY = "seldom";

    private static final double SELDOM_PER_SECOND = 1 / 60.0;

    /**
     * Of a message to a user.
     *
     * @param perSecond how many of them there are
     */
    static Manner ofMessage(SplittableRandom chance, boolean mayNotify, double perSecond) {
        int part = chance.nextInt(PARTS);
        Terms terms = part < 3
                ? Terms.ttl(chance.nextBoolean() ? SHORT_TTL_SECONDS : LONG_TTL_SECONDS)
                : part < 3 + COLLAPSE_PARTS
                        ? Terms.collapse(collapseKey(chance, perSecond))
                        : part < 13 && mayNotify ? Terms.notification() : Terms.PLAIN;
        int then = chance.nextInt(PARTS);
        return new Manner(terms, then < 5 ? Afterwards.AGAIN : then < 8 ? Afterwards.RECALL : Afterwards.NOTHING);
    }

    private static String collapseKey(SplittableRandom chance, double perSecond) {
        double perSecondOfAll = perSecond * COLLAPSE_PARTS / PARTS;
        boolean isSeldom = chance.nextDouble() * perSecondOfAll < SELDOM_PER_SECOND;
        return isSeldom ? SELDOM_KEY : "state-" + chance.nextInt(COLLAPSE_KEYS);
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
