package io.hawser.center.message;

import io.hawser.api.v1.MailboxState;
import io.hawser.api.v1.MessageState;
import io.hawser.api.v1.MessageStatus;
import io.hawser.api.v1.RecallResponse;
import io.hawser.center.link.Savers;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;

/** Messages that were stored: what became of them, and taking them back. */
final class Messages {
    private static final int GENERATION_BITS = 32;

    private final Savers savers;

    Messages(Savers savers) {
        this.savers = savers;
    }

    CompletableFuture<MessageStatus> status(UserKey user, long seq) {
        checkSeq(seq);
        MessageStatusRequest request = MessageStatusRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .setSeq(seq)
                .build();
        return savers.ofUser(user, SaverGrpc.getMessageStatusMethod(), request)
                .thenApply(reply -> status(user, seq, reply));
    }

    CompletableFuture<RecallResponse> recall(UserKey user, long seq) {
        checkSeq(seq);
        RecallRequest request = RecallRequest.newBuilder()
                .setApp(user.app().value())
                .setUser(user.user().value())
                .setSeq(seq)
                .build();
        return savers.ofUser(user, SaverGrpc.getRecallMethod(), request)
                .thenApply(reply -> RecallResponse.newBuilder()
                        .setRecalled(reply.getRecalled())
                        .build());
    }

    private static void checkSeq(long seq) {
        if (seq <= 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "seq: " + Long.toUnsignedString(seq) + " (expected: that of a message, 1 to 2^53 - 1)");
        }
        if (seq >>> GENERATION_BITS == 0 || (int) seq == 0) {
            throw HawserException.refusal(
                    ErrorCode.NOT_FOUND,
                    "seq: " + seq + " is no message's (expected: generation * 2^32 + n, both from 1)");
        }
    }

    private static MessageStatus status(UserKey user, long seq, MessageStatusReply reply) {
        MessageStatus.Builder status =
                MessageStatus.newBuilder().setName(MessageName.of(user, seq)).setState(state(reply.getState()));
        reply.getMailboxesList()
                .forEach(mailbox -> status.addMailboxes(MailboxState.newBuilder()
                        .setMailbox(mailbox.getMailbox())
                        .setState(state(mailbox.getState()))));
        return status.build();
    }

    private static MessageState state(io.hawser.rpc.v1.MessageState state) {
        return switch (state) {
            case PENDING -> MessageState.PENDING;
            case ACKNOWLEDGED -> MessageState.ACKNOWLEDGED;
            case EXPIRED -> MessageState.EXPIRED;
            case COLLAPSED -> MessageState.COLLAPSED;
            case RECALLED -> MessageState.RECALLED;
            case DEAD -> MessageState.DEAD;
            case MESSAGE_STATE_UNSPECIFIED, UNRECOGNIZED -> MessageState.MESSAGE_STATE_UNSPECIFIED;
        };
    }
}
