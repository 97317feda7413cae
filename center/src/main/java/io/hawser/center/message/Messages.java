package io.hawser.center.message;

import io.hawser.api.v1.MailboxState;
import io.hawser.api.v1.MessageState;
import io.hawser.api.v1.MessageStatus;
import io.hawser.api.v1.RecallResponse;
import io.hawser.center.link.Savers;
import io.hawser.rpc.id.Seq;
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

    /** Generations and their numbers begin at 1: others were never given, and savers need not be asked. */
    private static void checkSeq(long seq) {
        if (seq <= 0) {
            throw refusal(ErrorCode.INVALID_ARGUMENT, seq, "that of a message, 1 to 2^53 - 1");
        }
        if (Seq.generation(seq) == 0 || Seq.n(seq) == 0) {
            throw refusal(ErrorCode.NOT_FOUND, seq, "that of a message: generation * 2^32 + n, both from 1");
        }
    }

    private static HawserException refusal(ErrorCode code, long seq, String expected) {
        return HawserException.refusal(code, "seq: " + Long.toUnsignedString(seq) + " (expected: " + expected + ")");
    }

    private static MessageStatus status(UserKey user, long seq, MessageStatusReply reply) {
        MessageStatus.Builder status = MessageStatus.newBuilder()
                .setName(MessageName.of(user, seq))
                .setState(state(reply.getState()))
                .setWaiting(
                        reply.getState() == io.hawser.rpc.v1.MessageState.PENDING && reply.getMailboxesCount() == 0);
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
            case DISPLACED -> MessageState.DISPLACED;
            case MESSAGE_STATE_UNSPECIFIED, UNRECOGNIZED -> MessageState.MESSAGE_STATE_UNSPECIFIED;
        };
    }
}
