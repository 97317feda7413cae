package io.hawser.saver.log;

import com.google.protobuf.ByteString;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/**
 * Lets go of a portion of a log's expired messages, and counts the others: with the last portion its size is known.
 * Completes with where the next portion begins; empty: there is none.
 */
final class Sweep extends Operation<ByteString> {
    private static final int ENTRIES = 256;

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
            result.complete(reply.bytes(1));
        } else {
            fail(refusal(reply.outcome()));
        }
    }
}
