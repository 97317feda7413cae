package io.hawser.saver.log;

import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.rpc.v1.MailboxInfo;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;

/** A user's mailboxes, and how much waits in them. */
final class ListMailboxes extends Operation<ListMailboxesReply> {
    ListMailboxes(UserLog log) {
        super(log, Script.LIST, false);
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        ListMailboxesReply.Builder answer = ListMailboxesReply.newBuilder()
                .setHead(reply.number(1))
                .setMessages((int) reply.number(2))
                .setBytes(reply.number(3));
        for (int i = 4; i + 3 < reply.size(); i += 4) {
            answer.addMailboxes(MailboxInfo.newBuilder()
                    .setMailbox(reply.text(i))
                    .setAcknowledged(reply.number(i + 1))
                    .setHead(reply.number(i + 2))
                    .setPending((int) reply.number(i + 3)));
        }
        log.whenCommitted(new Answer<>(result, answer.build()));
    }
}
