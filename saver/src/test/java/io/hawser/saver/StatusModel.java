package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be said of a message that was accepted. */
final class StatusModel {
    private final SentMessage message;
    private final Map<String, Reader> readers;
    private final long nowMs;

    StatusModel(SentMessage message, Map<String, Reader> readers, long nowMs) {
        this.message = message;
        this.readers = readers;
        this.nowMs = nowMs;
    }

    void check(MessageStatusReply reply) {
        boolean waits = false;
        for (MailboxMessageStatus mailbox : reply.getMailboxesList()) {
            check(mailbox.getMailbox(), mailbox.getState());
        }
        for (var reader : readers.entrySet()) {
            if (isDue(reader.getKey(), reader.getValue())) {
                waits = true;
                assertThat(reply.getMailboxesList())
                        .as("%s, %d, waits in %s", message.text, message.seq, reader.getKey())
                        .anySatisfy(status -> {
                            assertThat(status.getMailbox()).isEqualTo(reader.getKey());
                            assertThat(status.getState()).isEqualTo(MessageState.PENDING);
                        });
            }
        }
        check(reply.getState());
        if (waits) {
            assertThat(reply.getState()).as(message.text).isEqualTo(MessageState.PENDING);
        }
    }

    private boolean isDue(String mailbox, Reader reader) {
        return message.due(nowMs) && message.isFor(mailbox) && message.seq > reader.mayHaveAcknowledged;
    }

    private void check(String mailbox, MessageState state) {
        // Of a message that is gone nobody knows any more which mailbox it was for.
        assertThat(message.isFor(mailbox) || state != MessageState.PENDING)
                .as("%s is for %s", message.text, mailbox)
                .isTrue();
        check(state);
        @Nullable Reader reader = readers.get(mailbox);
        if (state == MessageState.ACKNOWLEDGED && reader != null) {
            assertThat(reader.mayHaveAcknowledged)
                    .as("%s, by %s", message.text, mailbox)
                    .isGreaterThanOrEqualTo(message.seq);
        }
    }

    private void check(MessageState state) {
        boolean possible = switch (state) {
            case ACKNOWLEDGED -> true;
            case PENDING -> !message.gone && !message.expired(nowMs);
            case EXPIRED -> message.expired(nowMs);
            case COLLAPSED -> message.maybeCollapsed;
            case RECALLED -> message.maybeRecalled;
            case DISPLACED -> message.maybeDropped;
            case DEAD, MESSAGE_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
        assertThat(possible)
                .as("%s, %d, is %s", message.text, message.seq, state)
                .isTrue();
    }
}
