package io.hawser.saver.log;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** All up to a seq is in the client's hands. Redis has it at once, MySQL some seconds later. */
final class Acknowledge extends Operation<AcknowledgeReply> {
    private final AcknowledgeRequest request;
    private final LaneMeters meters;

    Acknowledge(UserLog log, AcknowledgeRequest request, LaneMeters meters) {
        super(log, Script.ACKNOWLEDGE, false);
        this.request = request;
        this.meters = meters;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        // Nobody can have been sent what is not committed.
        long seq = Math.min(request.getSeq(), log.firstUncommitted() - 1);
        return new byte[][] {generation, utf8(request.getMailbox()), decimal(seq), decimal(nowMs)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        long acknowledged = reply.number(1);
        Long before = log.acknowledged.put(request.getMailbox(), acknowledged);
        if (before == null || before != acknowledged) {
            log.changed();
            // A repeat settles nothing, and is not counted again.
            meters.acknowledged.increment(request.getMessages());
        }
        log.settle(reply.number(2));
        result.complete(
                AcknowledgeReply.newBuilder().setAcknowledged(acknowledged).build());
    }
}
