package io.hawser.saver.log;

import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MessageRemoved;
import java.util.function.Consumer;

/** Takes a message back from all mailboxes that have not acknowledged it. */
final class Recall extends Operation<RecallReply> {
    /** What the script says where it took the message out just now. */
    private static final long REMOVED = 1;

    private final long seq;
    private final Consumer<LogEntry> accept;

    Recall(UserLog log, RecallRequest request, Consumer<LogEntry> accept) {
        super(log, Script.REMOVE, true);
        this.seq = request.getSeq();
        this.accept = accept;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, decimal(seq), decimal(MessageState.RECALLED_VALUE), decimal(nowMs)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        RecallReply answer =
                RecallReply.newBuilder().setRecalled(reply.number(1) != 0).build();
        if (reply.number(1) == REMOVED) {
            accept.accept(new LogEntry(log, journalled(), seq, new Answer<>(result, answer)));
        } else {
            log.whenCommitted(new Answer<>(result, answer));
        }
    }

    private JournalEntry journalled() {
        return JournalEntry.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setRemoved(MessageRemoved.newBuilder().setSeq(seq).setReason(MessageState.RECALLED_VALUE))
                .build();
    }
}
