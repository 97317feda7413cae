package io.hawser.saver.log;

import com.google.protobuf.ByteString;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** Lets go of a portion of a log's expired messages, and counts the others: with the last portion its size is known. */
final class Sweep extends Operation<Sweep.Portion> {
    private static final int ENTRIES = 256;

    /**
     * @param less whether the log holds less than was known before
     * @param next where the next portion begins; empty: there is none
     */
    record Portion(boolean less, ByteString next) {}

    private final ByteString from;

    /** @param from where the portion before ended; empty: the first one */
    Sweep(UserLog log, ByteString from) {
        super(log, Script.SWEEP, false);
        this.from = from;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, decimal(nowMs), decimal(ENTRIES), from.toByteArray()};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() == Script.OK) {
            result.complete(new Portion(reply.number(1) == 1, reply.bytes(2)));
        } else {
            fail(refusal(reply.outcome()));
        }
    }
}
