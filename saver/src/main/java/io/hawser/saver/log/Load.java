package io.hawser.saver.log;

import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** Reads a mailbox; answers when all that it shows is committed. */
final class Load extends Operation<LoadReply> {
    private final LoadRequest request;
    private final LaneSettings settings;

    Load(UserLog log, LoadRequest request, LaneSettings settings) {
        super(log, Script.LOAD, false);
        this.request = request;
        this.settings = settings;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {
            generation,
            utf8(request.getMailbox()),
            decimal(request.getAfter()),
            decimal(atMost(request.getMaxMessages(), settings.maxLoadMessages())),
            decimal(atMost(request.getMaxBytes(), settings.maxLoadBytes().toInt())),
            decimal(nowMs)
        };
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        LoadReply.Builder answer = LoadReply.newBuilder()
                .setTo(Math.max(reply.number(1), request.getAfter()))
                .setMore(reply.number(2) == 1);
        for (int i = 3; i + 1 < reply.size(); i += 2) {
            answer.addMessages(
                    StoredMessage.newBuilder().setSeq(reply.number(i)).setContent(reply.bytes(i + 1)));
        }
        give(reply.number(1), answer.build());
    }

    /** The answers to all appends that the script saw have been dealt with, so what of them is uncommitted is known. */
    private void give(long to, LoadReply answer) {
        if (to < log.unsettledFrom()) {
            result.complete(answer);
        } else {
            log.whenCommitted(new Answer<>(result, answer));
        }
    }

    private static int atMost(int asked, int limit) {
        return asked == 0 ? limit : Math.min(asked, limit);
    }
}
