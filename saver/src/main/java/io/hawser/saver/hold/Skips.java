package io.hawser.saver.hold;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mailboxes past what their client was given and never acknowledged, a page at a time: it is stored first, then
 * acknowledged in the client's place, then confirmed as dead letters. What somebody who failed in between left is settled by
 * what the mailbox acknowledged: at once, or before the mailbox is given to its client again, who alone acknowledges
 * besides.
 */
public final class Skips {
    private static final Logger LOG = LoggerFactory.getLogger(Skips.class);

    private final MailboxLogs logs;
    private final LetterStore letters;
    private final Counter skipped;
    private final Counter failed;
    private final Counter unsettled;
    /** What one of them stores another one may not settle. Only the saver that owns a mailbox does any of it. */
    private final Set<MailboxKey> underway = ConcurrentHashMap.newKeySet();

    public Skips(MailboxLogs logs, LetterStore letters, MeterRegistry meters) {
        this.logs = logs;
        this.letters = letters;
        this.skipped = meters.counter("hawser.saver.mailboxes.skipped");
        this.failed = meters.counter("hawser.saver.mailboxes.skips.failed");
        this.unsettled = meters.counter("hawser.saver.letters.unsettled");
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
        if (!underway.add(skip.mailbox)) {
            return CompletableFuture.failedFuture(HawserException.refusal(
                    ErrorCode.UNAVAILABLE, "mailbox " + skip.mailbox.mailbox() + ": is being skipped, or settled"));
        }
        return CompletableFuture.completedFuture(skip.mailbox)
                .thenCompose(this::settle)
                .thenCompose(settled -> skip(skip, 0))
                .exceptionallyCompose(failure -> settle(skip.mailbox)
                        .whenComplete(this::settled)
                        .handle((confirmed, second) -> failure)
                        .thenCompose(CompletableFuture::failedFuture))
                .whenComplete((to, failure) -> ended(skip, failure));
    }

    private void ended(Skip skip, @Nullable Throwable failure) {
        underway.remove(skip.mailbox);
        if (failure == null) {
            skipped.increment();
        } else {
            failed.increment();
            LOG.warn("A mailbox of app {} is held on, and not skipped: {}", skip.mailbox.app(), failure.toString());
        }
    }

    /** Whether somebody who failed may have left something of the mailbox that is no letter. */
    boolean mayHaveBuried(MailboxKey mailbox) {
        return letters.mayHaveAny(mailbox.app());
    }

    /** A mailbox is about to be given to its client. */
    void opened(MailboxKey mailbox, long acknowledged) {
        settleAlone(mailbox, any -> letters.settle(any, acknowledged));
    }

    /** A mailbox is held no more. */
    void released(MailboxKey mailbox) {
        settleAlone(mailbox, this::settle);
    }

    /** Who skips it now settles it, too. */
    private void settleAlone(MailboxKey mailbox, Function<MailboxKey, CompletableFuture<Integer>> settling) {
        if (underway.add(mailbox)) {
            var _ = CompletableFuture.completedFuture(mailbox)
                    .thenCompose(settling)
                    .whenComplete((confirmed, failure) -> {
                        underway.remove(mailbox);
                        settled(confirmed, failure);
                    });
        }
    }

    /** Where it failed: the next opening does it. */
    private void settled(@Nullable Integer confirmed, @Nullable Throwable failure) {
        if (failure != null) {
            unsettled.increment();
        }
    }

    private CompletableFuture<Long> skip(Skip skip, long after) {
        return logs.load(load(skip.mailbox, after)).thenCompose(page -> {
            long to = Math.min(page.getTo(), skip.given);
            List<StoredMessage> given = page.getMessagesList().stream()
                    .filter(message -> message.getSeq() <= to)
                    .toList();
            return letters.bury(skip.mailbox, given, skip.fruitless)
                    .thenCompose(buried -> logs.acknowledge(acknowledge(skip.mailbox, to)))
                    .thenCompose(reply -> letters.settle(skip.mailbox, reply.getAcknowledged()))
                    .thenCompose(confirmed ->
                            page.getMore() && to < skip.given ? skip(skip, to) : CompletableFuture.completedFuture(to));
        });
    }

    private CompletableFuture<Integer> settle(MailboxKey mailbox) {
        return acknowledged(mailbox).thenCompose(acknowledged -> letters.settle(mailbox, acknowledged));
    }

    /** Nothing is acknowledged by asking what is. Of a mailbox that is gone, as with its user, nothing counts as taken. */
    private CompletableFuture<Long> acknowledged(MailboxKey mailbox) {
        return logs.acknowledge(acknowledge(mailbox, 0))
                .thenApply(AcknowledgeReply::getAcknowledged)
                .exceptionallyCompose(failure -> isGone(failure)
                        ? CompletableFuture.completedFuture(0L)
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isGone(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof HawserException refusal && refusal.code() == ErrorCode.NOT_FOUND;
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
