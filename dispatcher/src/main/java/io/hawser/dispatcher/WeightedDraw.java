package io.hawser.dispatcher;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** Draws indexes by lot, each in proportion to its weight. Prepared once, drawn from by many threads. */
final class WeightedDraw {
    private final long[] upTo;

    /** @param weights each above 0 */
    WeightedDraw(long[] weights) {
        upTo = weights.clone();
        Arrays.parallelPrefix(upTo, Long::sum);
    }

    int size() {
        return upTo.length;
    }

    int one(RandomGenerator chance) {
        int found = Arrays.binarySearch(upTo, chance.nextLong(upTo[upTo.length - 1]) + 1);
        return found >= 0 ? found : -found - 1;
    }

    /**
     * Returns up to {@code count} different indexes, the likely ones first.
     *
     * <p>What is drawn twice is drawn again, for a bounded number of times: few heavy weights would keep light ones from
     * ever being drawn. Then those that are left are taken in turn, from a random one on.
     */
    int[] distinct(int count, RandomGenerator chance) {
        int[] drawn = new int[Math.min(count, size())];
        BitSet taken = new BitSet(size());
        int n = 0;
        for (int tries = 4 * drawn.length; n < drawn.length && tries > 0; tries--) {
            n = take(one(chance), taken, drawn, n);
        }
        for (int next = chance.nextInt(size()); n < drawn.length; next = (next + 1) % size()) {
            n = take(next, taken, drawn, n);
        }
        return drawn;
    }

    private static int take(int index, BitSet taken, int[] drawn, int n) {
        if (taken.get(index)) {
            return n;
        }
        taken.set(index);
        drawn[n] = index;
        return n + 1;
    }
}
