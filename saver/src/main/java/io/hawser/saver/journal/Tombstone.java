package io.hawser.saver.journal;

/**
 * A message that is gone before it was acknowledged.
 *
 * @param reason a number of {@link io.hawser.rpc.v1.MessageState}
 */
public record Tombstone(long seq, int reason) {}
