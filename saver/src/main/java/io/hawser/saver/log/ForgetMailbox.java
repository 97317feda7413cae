package io.hawser.saver.log;

import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MailboxForgotten;
import java.util.function.Consumer;

/** Removes a mailbox: a device that logged out, or stayed away too long. */
final class ForgetMailbox extends Operation<ForgetMailboxReply> {
    private static final byte[] WHENEVER_SEEN = {};

    private final String mailbox;
    private final byte[] lastSeenBy;
    private final Consumer<LogEntry> accept;

    ForgetMailbox(UserLog log, ForgetMailboxRequest request, Consumer<LogEntry> accept) {
        this(log, request.getMailbox(), WHENEVER_SEEN, accept);
    }

    private ForgetMailbox(UserLog log, String mailbox, byte[] lastSeenBy, Consumer<LogEntry> accept) {
        super(log, Script.FORGET, true);
        this.mailbox = mailbox;
        this.lastSeenBy = lastSeenBy;
        this.accept = accept;
    }

    /**
     * Removes one that was neither opened nor acknowledged since a time. Not a user's last one, and not one for which
     * alone a message waits.
     */
    static ForgetMailbox ifAbsent(UserLog log, String mailbox, long sinceMs, Consumer<LogEntry> accept) {
        return new ForgetMailbox(log, mailbox, decimal(sinceMs), accept);
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        return new byte[][] {generation, utf8(mailbox), lastSeenBy, decimal(nowMs)};
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refusal(reply.outcome()));
            return;
        }
        ForgetMailboxReply answer = ForgetMailboxReply.newBuilder()
                .setForgotten(reply.number(1) == 1)
                .build();
        if (answer.getForgotten()) {
            accept.accept(entry(log, mailbox, reply.number(2), new Answer<>(result, answer)));
        } else {
            log.whenCommitted(new Answer<>(result, answer));
        }
    }

    /** @param floor the log's, after the mailbox is gone */
    static LogEntry entry(UserLog log, String mailbox, long floor, LogEntry.Waiter waiter) {
        JournalEntry forgotten = JournalEntry.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setForgotten(MailboxForgotten.newBuilder().setMailbox(mailbox).setFloor(floor))
                .build();
        return new LogEntry(log, forgotten, Long.MAX_VALUE, waiter);
    }
}
