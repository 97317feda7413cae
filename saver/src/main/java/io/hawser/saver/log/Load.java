package io.hawser.saver.log;

import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** Reads a mailbox, up to where everything is committed. */
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
        // The answers to all appends that the script saw have been dealt with, so what of them is uncommitted is known.
        long end = log.loadsEnd();
        long to = Math.min(reply.number(1), end);
        LoadReply.Builder answer = LoadReply.newBuilder()
                .setTo(Math.max(to, request.getAfter()))
                .setMore(reply.number(2) == 1 && reply.number(1) <= end);
        for (int i = 3; i + 1 < reply.size() && reply.number(i) <= end; i += 2) {
            answer.addMessages(
                    StoredMessage.newBuilder().setSeq(reply.number(i)).setContent(reply.bytes(i + 1)));
        }
        result.complete(answer.build());
    }

    private static int atMost(int asked, int limit) {
        return asked == 0 ? limit : Math.min(asked, limit);
    }
}
