package io.hawser.saver.log;

import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MessageRemoved;
import java.util.Optional;
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
            accept.accept(new LogEntry(log, journalled(), seq - 1, new Answer<>(result, answer)));
        } else {
            underWay().ifPresentOrElse(first -> follow(first, answer), () -> result.complete(answer));
        }
    }

    /** Returns the entry of a recall of the same message that is not committed yet. */
    private Optional<LogEntry> underWay() {
        return log.unfolded.stream()
                .filter(entry -> !entry.committed
                        && entry.journal.hasRemoved()
                        && entry.journal.getRemoved().getSeq() == seq)
                .findFirst();
    }

    /** A repeat is as true as the first one: it ends as that does. */
    private void follow(LogEntry first, RecallReply answer) {
        if (first.waiter instanceof Answer<?> waiting) {
            var _ = waiting.result().whenComplete((reply, failure) -> {
                if (failure == null) {
                    result.complete(answer);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } else {
            result.complete(answer);
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
