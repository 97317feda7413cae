package io.hawser.saver.log;

import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/**
 * What became of a message, read from the mailboxes' acknowledged numbers and the tombstones (R2).
 *
 * <p>A message that all mailboxes are past is ACKNOWLEDGED, even where it had expired before: its tombstone is gone.
 */
final class ReadStatus extends Operation<MessageStatusReply> {
    private final long seq;
    private long nowMs;

    ReadStatus(UserLog log, MessageStatusRequest request) {
        super(log, Script.STATUS, false);
        this.seq = request.getSeq();
    }

    @Override
    byte[][] arguments(byte[] generation, long now) {
        nowMs = now;
        return new byte[][] {generation, decimal(seq)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
        } else if (seq < 1 || seq > Math.min(reply.number(1), log.loadsEnd())) {
            fail(HawserException.refusal(
                    ErrorCode.NOT_FOUND, "message: none such, " + seq + " of user " + log.id.user()));
        } else {
            result.complete(answer(reply));
        }
    }

    private MessageStatusReply answer(Reply reply) {
        MessageStatusReply.Builder answer = MessageStatusReply.newBuilder();
        MessageState gone = gone(reply);
        String target = reply.text(5);
        boolean pending = reply.number(3) == 1 && gone == MessageState.ACKNOWLEDGED;
        MessageState worst = pending ? MessageState.PENDING : gone;
        boolean anyPending = false;
        for (int i = 6; i + 2 < reply.size(); i += 3) {
            boolean addressed = target.isEmpty() || target.equals(reply.text(i));
            if (addressed && seq > reply.number(i + 2)) {
                MessageState state =
                        reply.number(i + 1) >= seq && worst == MessageState.PENDING ? MessageState.ACKNOWLEDGED : worst;
                anyPending |= state == MessageState.PENDING;
                answer.addMailboxes(MailboxMessageStatus.newBuilder()
                        .setMailbox(reply.text(i))
                        .setState(state));
            }
        }
        boolean waits = answer.getMailboxesCount() == 0 && pending;
        return answer.setState(pending && !anyPending && !waits ? MessageState.ACKNOWLEDGED : worst)
                .build();
    }

    /** How it ended, where it is not pending: by its tombstone, by its expiry, else it was acknowledged. */
    private MessageState gone(Reply reply) {
        if (reply.number(2) != 0) {
            MessageState reason = MessageState.forNumber((int) reply.number(2));
            return reason == null ? MessageState.DEAD : reason;
        }
        boolean expired = reply.number(3) == 1 && reply.number(4) <= nowMs;
        return expired ? MessageState.EXPIRED : MessageState.ACKNOWLEDGED;
    }
}
