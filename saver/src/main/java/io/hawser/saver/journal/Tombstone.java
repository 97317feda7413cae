package io.hawser.saver.journal;

/**
 * A message that is gone before it was acknowledged.
 *
 * @param reason a number of {@link io.hawser.rpc.v1.MessageState}
 */
public record Tombstone(long seq, int reason) {
    /** Of a log whose reader stays away only the newest are kept, in each store (rule R7). {@code bury.lua} says it again. */
    public static final int MAX_OF_A_LOG = 1_000;
}
