package io.hawser.rpc.id;

/**
 * A message's number in its user's log: {@code generation * 2^32 + n}. It only ever grows, because whatever might have
 * lost numbers starts a new generation; it stays below 2^53, so that JavaScript and Lua hold it exactly.
 */
public final class Seq {
    /** Generations end here: 2^21 - 1. */
    public static final int MAX_GENERATION = (1 << 21) - 1;

    private Seq() {}

    public static long of(int generation, long n) {
        if (generation < 0 || generation > MAX_GENERATION || n < 0 || n > 0xffff_ffffL) {
            throw new IllegalArgumentException("generation: " + generation + ", n: " + n);
        }
        return ((long) generation << 32) | n;
    }

    public static int generation(long seq) {
        return (int) (seq >>> 32);
    }

    public static long n(long seq) {
        return seq & 0xffff_ffffL;
    }
}
