package io.hawser.saver.log;

import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.MailboxState;
import java.util.ArrayList;
import java.util.List;

/** Reads a log's numbers, for MySQL. A log of which everything is acknowledged leaves Redis some time after. */
final class ReadState extends Operation<ReadState.Numbers> {
    /** @param version of the log's, when they were read */
    record Numbers(long head, long lastAll, long floor, List<MailboxState> mailboxes, long version) {
        /** All up to this seq is acknowledged by every mailbox. */
        long settled() {
            return mailboxes.stream()
                    .mapToLong(MailboxState::getAcknowledged)
                    .min()
                    .orElse(floor);
        }

        /** Whether nothing waits for anybody. */
        boolean empty() {
            return settled() >= head;
        }
    }

    private final long emptyLifetimeMs;

    /** @param emptyLifetimeMs how long it stays in Redis where everything is acknowledged; 0: as any other */
    ReadState(UserLog log, long emptyLifetimeMs) {
        super(log, Script.STATE, false);
        this.emptyLifetimeMs = emptyLifetimeMs;
    }

    /** Folds ask of thousands of logs at once, and have time. */
    @Override
    boolean isUrgent() {
        return false;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, decimal(emptyLifetimeMs)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        List<MailboxState> mailboxes = new ArrayList<>();
        for (int i = 4; i + 4 < reply.size(); i += 5) {
            mailboxes.add(MailboxState.newBuilder()
                    .setMailbox(reply.text(i))
                    .setAcknowledged(reply.number(i + 1))
                    .setLastOwn(reply.number(i + 2))
                    .setBeginsAfter(reply.number(i + 3))
                    .setSeenMs(reply.number(i + 4))
                    .build());
        }
        Numbers numbers = new Numbers(reply.number(1), reply.number(2), reply.number(3), mailboxes, log.version);
        log.whenCommitted(new Answer<>(result, numbers));
    }
}
