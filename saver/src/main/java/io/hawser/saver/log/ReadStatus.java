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
 * <p>A message that a mailbox is past is ACKNOWLEDGED there, even where it had expired before: its tombstone is gone. One
 * that a mailbox is not past, and that is neither there nor has a tombstone, has expired: expiry is all that leaves no
 * trace in MySQL. A number below the head that was never given, of another generation, cannot be told from these.
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
        } else if (seq < 1 || seq > reply.number(1)) {
            fail(HawserException.refusal(
                    ErrorCode.NOT_FOUND, "message: none such, " + seq + " of user " + log.id.user()));
        } else {
            log.whenCommitted(new Answer<>(result, answer(reply)));
        }
    }

    private MessageStatusReply answer(Reply reply) {
        MessageStatusReply.Builder answer = MessageStatusReply.newBuilder();
        MessageState left = left(reply);
        boolean removed = reply.number(2) != 0;
        String target = reply.text(5);
        boolean anyLeft = false;
        for (int i = 7; i + 3 < reply.size(); i += 4) {
            boolean addressed = target.isEmpty() || target.equals(reply.text(i));
            if (addressed && seq > reply.number(i + 2)) {
                boolean acknowledged = removed ? reply.number(i + 3) == 1 : reply.number(i + 1) >= seq;
                anyLeft |= !acknowledged;
                answer.addMailboxes(MailboxMessageStatus.newBuilder()
                        .setMailbox(reply.text(i))
                        .setState(acknowledged ? MessageState.ACKNOWLEDGED : left));
            }
        }
        // In no mailbox: it waits for the user's first one, or did so until it ended; or it was in one that was
        // forgotten.
        boolean waits = reply.number(3) == 1 || removed || (reply.size() == 7 && seq > reply.number(6));
        anyLeft |= answer.getMailboxesCount() == 0 && waits;
        return answer.setState(anyLeft ? left : MessageState.ACKNOWLEDGED).build();
    }

    /** What it is for those who have not acknowledged it. */
    private MessageState left(Reply reply) {
        if (reply.number(2) != 0) {
            MessageState reason = MessageState.forNumber((int) reply.number(2));
            return reason == null ? MessageState.DEAD : reason;
        }
        boolean there = reply.number(3) == 1 && reply.number(4) > nowMs;
        return there ? MessageState.PENDING : MessageState.EXPIRED;
    }
}
