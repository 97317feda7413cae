package io.hawser.saver.log;

import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import java.util.ArrayList;
import java.util.List;

/** Has Redis forget requests of a log that was erased: whoever repeats one is somebody who sends for the first time. */
final class ForgetRequests extends Operation<Boolean> {
    private final List<String> requestIds;
    private final long upTo;

    /** @param upTo those whose messages are beyond this seq are of after the erasure, and stay */
    ForgetRequests(UserLog log, List<String> requestIds, long upTo) {
        super(log, Script.UNREMEMBER, false);
        this.requestIds = requestIds;
        this.upTo = upTo;
    }

    @Override
    boolean meansRedis() {
        return true;
    }

    @Override
    byte[][] keys() {
        List<byte[]> keys = new ArrayList<>(List.of(log.keys.marker(), log.keys.state(), log.keys.messages()));
        requestIds.forEach(id -> keys.add(LogKeys.request(log.id.slot(), log.id.app(), log.id.user(), id)));
        return keys.toArray(byte[][]::new);
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, decimal(upTo)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() == Script.OK) {
            result.complete(true);
        } else {
            fail(refusal(reply.outcome()));
        }
    }
}
