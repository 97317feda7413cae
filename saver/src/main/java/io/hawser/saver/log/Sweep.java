package io.hawser.saver.log;

import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** Lets go of expired messages at the log's old end; tells how many went. */
final class Sweep extends Operation<Long> {
    private static final int ENTRIES = 256;

    Sweep(UserLog log) {
        super(log, Script.SWEEP, false);
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, decimal(nowMs), decimal(ENTRIES)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() == Script.OK) {
            result.complete(reply.number(1));
        } else {
            fail(refusal(reply.outcome()));
        }
    }
}
