package io.hawser.saver.log;

import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MailboxCreated;
import io.hawser.wire.HawserException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A binding attaches to its mailbox. One that is new is committed before the answer, as a message would be. */
final class OpenMailbox extends Operation<OpenMailboxReply> {
    private final OpenMailboxRequest request;
    private final LaneSettings settings;
    private @Nullable HawserException refused;
    private final Supplier<@Nullable HawserException> refusal;
    private final Consumer<LogEntry> accept;

    /**
     * @param refusal why nothing can be committed now, null where it can: then only a mailbox that is there already is
     *     opened
     */
    OpenMailbox(
            UserLog log,
            OpenMailboxRequest request,
            LaneSettings settings,
            Supplier<@Nullable HawserException> refusal,
            Consumer<LogEntry> accept) {
        super(log, Script.OPEN, true);
        this.request = request;
        this.settings = settings;
        this.refusal = refusal;
        this.accept = accept;
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        refused = refusal.get();
        return new byte[][] {
            generation,
            utf8(request.getMailbox()),
            decimal(refused == null ? settings.maxMailboxes() : 0),
            decimal(nowMs),
            decimal(settings.mailboxAway().toMillis())
        };
    }

    @Override
    void answered(Reply reply) {
        if (reply.outcome() != Script.OK) {
            fail(refused != null && reply.outcome() == Script.LIMIT ? refused : refusal(reply.outcome()));
            return;
        }
        OpenMailboxReply answer = answer(reply.number(1) == 1, reply.number(2), reply.number(3));
        if (reply.number(4) == 1) {
            log.changed();
        }
        if (reply.size() > 5) {
            accept.accept(ForgetMailbox.entry(log, reply.text(5), reply.number(6), LogEntry.Waiter.NOBODY));
        }
        if (answer.getCreated()) {
            accept.accept(new LogEntry(log, journalled(reply.number(2)), Long.MAX_VALUE, new Answer<>(result, answer)));
        } else {
            log.whenCommitted(new Answer<>(result, answer));
        }
    }

    private OpenMailboxReply answer(boolean created, long acknowledged, long head) {
        boolean reset = request.getPosition() > head;
        long position = reset ? acknowledged : Math.max(acknowledged, request.getPosition());
        return OpenMailboxReply.newBuilder()
                .setCreated(created)
                .setAcknowledged(acknowledged)
                .setPosition(position)
                .setReset(reset)
                .setHead(head)
                .build();
    }

    private JournalEntry journalled(long beginsAfter) {
        return JournalEntry.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setCreated(MailboxCreated.newBuilder()
                        .setMailbox(request.getMailbox())
                        .setBeginsAfter(beginsAfter))
                .build();
    }
}
