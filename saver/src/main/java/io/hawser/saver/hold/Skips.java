package io.hawser.saver.hold;

import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mailboxes past what their client was given and never acknowledged: it is stored as dead letters first, then
 * acknowledged in the client's place, a page at a time. Whoever fails between the two leaves the messages in both: the
 * next skip stores none of them twice.
 */
public final class Skips {
    private static final Logger LOG = LoggerFactory.getLogger(Skips.class);

    private final MailboxLogs logs;
    private final LetterStore letters;
    private final Counter skipped;
    private final Counter failed;

    public Skips(MailboxLogs logs, LetterStore letters, MeterRegistry meters) {
        this.logs = logs;
        this.letters = letters;
        this.skipped = meters.counter("hawser.saver.mailboxes.skipped");
        this.failed = meters.counter("hawser.saver.mailboxes.skips.failed");
    }

    /**
     * What is to be done.
     *
     * @param given up to where: the newest message that the client was given
     * @param fruitless connections in a row
     */
    record Skip(MailboxKey mailbox, long given, int fruitless) {}

    /** Returns up to where the mailbox was taken; fails where it was not, or not all the way. */
    CompletableFuture<Long> skip(Skip skip) {
        return skip(skip, 0).whenComplete((to, failure) -> {
            if (failure == null) {
                skipped.increment();
            } else {
                failed.increment();
                LOG.warn("A mailbox of app {} is held on, and not skipped: {}", skip.mailbox.app(), failure.toString());
            }
        });
    }

    private CompletableFuture<Long> skip(Skip skip, long after) {
        return logs.load(load(skip.mailbox, after)).thenCompose(page -> {
            long to = Math.min(page.getTo(), skip.given);
            List<StoredMessage> given = page.getMessagesList().stream()
                    .filter(message -> message.getSeq() <= to)
                    .toList();
            return letters.bury(skip.mailbox, given, skip.fruitless)
                    .thenCompose(buried -> logs.acknowledge(acknowledge(skip.mailbox, to)))
                    .thenCompose(acknowledged ->
                            page.getMore() && to < skip.given ? skip(skip, to) : CompletableFuture.completedFuture(to));
        });
    }

    /** As many as a load gives; from the acknowledged ones on. */
    private static LoadRequest load(MailboxKey mailbox, long after) {
        return LoadRequest.newBuilder()
                .setApp(mailbox.app())
                .setUser(mailbox.user().user().value())
                .setMailbox(mailbox.mailbox())
                .setAfter(after)
                .build();
    }

    private static AcknowledgeRequest acknowledge(MailboxKey mailbox, long seq) {
        return AcknowledgeRequest.newBuilder()
                .setApp(mailbox.app())
                .setUser(mailbox.user().user().value())
                .setMailbox(mailbox.mailbox())
                .setSeq(seq)
                .build();
    }
}
