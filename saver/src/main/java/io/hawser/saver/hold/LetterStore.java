package io.hawser.saver.hold;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.DropMailboxDeadLettersReply;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersReply;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.MailboxMessageStatus;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.ReadMailboxDeadLettersReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.erase.UserData;
import io.hawser.saver.hold.LetterRows.MessageKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/**
 * Dead letters of mailboxes: messages that a mailbox was taken past without its client's acknowledgement. They are looked
 * at, read to be sent again, and forgotten; and what became of such a message is told from here, for in its mailbox it
 * counts as acknowledged.
 */
public final class LetterStore implements UserData, AutoCloseable {
    private static final int DEFAULT_ENTRIES = 100;

    private final HoldSettings settings;
    private final Clock clock;
    private final StoreCalls calls;
    private final Batcher<MessageKey, Set<String>> statuses;
    private final Counter buried;
    private final Counter redriven;
    private final Counter dropped;
    private final Counter takenBack;
    private final Known<String> apps = new Known<>();

    public LetterStore(
            DataSource database, HoldSettings settings, BatchSettings bounds, Clock clock, MeterRegistry meters) {
        this.settings = settings;
        this.clock = clock;
        this.calls = new StoreCalls("letters", bounds, database, meters);
        this.statuses = new Batcher<>(
                "letters.status", Batcher.View.SNAPSHOT, bounds, database, meters, LetterStore::readMailboxes);
        this.buried = meters.counter("hawser.saver.letters.buried");
        this.redriven = meters.counter("hawser.saver.letters.gone", "why", "redriven");
        this.dropped = meters.counter("hawser.saver.letters.gone", "why", "dropped");
        this.takenBack = meters.counter("hawser.saver.letters.gone", "why", "recalled");
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(SaverGrpc.getListMailboxDeadLettersMethod(), (request, caller) -> list(request));
        server.handle(SaverGrpc.getReadMailboxDeadLettersMethod(), (request, caller) -> read(request));
        server.handle(SaverGrpc.getDropMailboxDeadLettersMethod(), (request, caller) -> drop(request));
    }

    /** To be called from time to time: learns which apps have any. Does not block. */
    public void refresh() {
        apps.refresh(() -> calls.run("", LetterRows::apps));
    }

    /**
     * Stores messages of a mailbox, which are letters once it was taken past them, and that is {@linkplain #settle told}.
     * Fails with RESOURCE_EXHAUSTED where the app has as many as it may; then none of them is stored.
     */
    CompletableFuture<Integer> bury(MailboxKey mailbox, List<StoredMessage> messages, int fruitless) {
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        return calls.run(mailbox.app(), connection -> bury(connection, mailbox, messages, fruitless))
                .thenApply(stored -> {
                    apps.add(mailbox.app());
                    return stored;
                });
    }

    /**
     * Makes letters of what was buried of a mailbox up to where that was taken, and forgets what it has still. Nobody may
     * be about to take it on.
     */
    CompletableFuture<Integer> settle(MailboxKey mailbox, long taken) {
        if (!apps.mayContain(mailbox.app())) {
            return CompletableFuture.completedFuture(0);
        }
        return calls.run(mailbox.app(), connection -> {
                    int confirmed = LetterRows.confirm(connection, mailbox, taken);
                    LetterRows.discard(connection, mailbox, taken);
                    return confirmed;
                })
                .thenApply(confirmed -> {
                    buried.increment(confirmed);
                    return confirmed;
                });
    }

    /** Whether anything of the app was buried, or that is not known yet. */
    boolean mayHaveAny(String app) {
        return apps.mayContain(app);
    }

    CompletableFuture<ListMailboxDeadLettersReply> list(ListMailboxDeadLettersRequest request) {
        int max = entries(request.getMaxEntries(), DEFAULT_ENTRIES);
        return calls.run(request.getApp(), connection -> LetterRows.list(connection, request, max));
    }

    CompletableFuture<ReadMailboxDeadLettersReply> read(ReadMailboxDeadLettersRequest request) {
        requireFew(request.getIdsCount());
        int max = Math.min(entries(request.getMaxEntries(), LetterRows.MAX_WHOLE), LetterRows.MAX_WHOLE);
        return calls.run(request.getApp(), connection -> LetterRows.read(connection, request, max));
    }

    CompletableFuture<DropMailboxDeadLettersReply> drop(DropMailboxDeadLettersRequest request) {
        requireFew(request.getIdsCount());
        return calls.run(
                        request.getApp(),
                        connection -> LetterRows.delete(
                                connection, request.getApp(), request.getUser(), request.getIdsList()))
                .thenApply(gone -> {
                    (request.getRedriven() ? redriven : dropped).increment(gone);
                    return DropMailboxDeadLettersReply.newBuilder()
                            .setLetters(gone)
                            .setMore(gone == LetterRows.MAX_A_REQUEST)
                            .build();
                });
    }

    /** Adds to what is told of a message in which mailboxes it is a dead letter. */
    public CompletableFuture<MessageStatusReply> describe(
            MessageStatusRequest request, CompletableFuture<MessageStatusReply> told) {
        return apps.mayContain(request.getApp()) ? told.thenCompose(reply -> describe(request, reply)) : told;
    }

    private CompletableFuture<MessageStatusReply> describe(MessageStatusRequest request, MessageStatusReply told) {
        if (told.getMailboxesList().stream().noneMatch(mailbox -> mailbox.getState() == MessageState.ACKNOWLEDGED)) {
            return CompletableFuture.completedFuture(told);
        }
        MessageKey message = new MessageKey(UserKey.of(request.getApp(), request.getUser()), request.getSeq());
        return statuses.submit(request.getApp(), message).thenApply(dead -> described(told, dead));
    }

    /** What is taken back is a letter of no mailbox either. */
    public CompletableFuture<RecallReply> recall(RecallRequest request, CompletableFuture<RecallReply> recalled) {
        if (!apps.mayContain(request.getApp())) {
            return recalled;
        }
        MessageKey message = new MessageKey(UserKey.of(request.getApp(), request.getUser()), request.getSeq());
        return recalled.thenCompose(reply -> calls.run(
                        request.getApp(), connection -> LetterRows.delete(connection, message))
                .thenApply(gone -> {
                    takenBack.increment(gone);
                    return reply.toBuilder()
                            .setRecalled(reply.getRecalled() || gone > 0)
                            .build();
                }));
    }

    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        return LetterRows.delete(connection, UserKey.of(app, user));
    }

    @Override
    public void close() {
        calls.close();
        statuses.close();
    }

    private int bury(Connection connection, MailboxKey mailbox, List<StoredMessage> messages, int fruitless)
            throws SQLException {
        LetterRows.insert(connection, mailbox, messages, fruitless, clock.millis());
        LetterRows.Total total = LetterRows.total(connection, mailbox.app());
        int max = settings.maxDeadLettersPerApp();
        ByteSize maxBytes = settings.maxDeadLetterBytesPerApp();
        if (total.letters() > max || total.bytes() > maxBytes.bytes()) {
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "dead letters of mailboxes of app " + mailbox.app() + ": " + total.letters() + " of "
                            + total.bytes() + " bytes, with " + messages.size() + " more (expected: at most " + max
                            + " of " + maxBytes + ")");
        }
        return messages.size();
    }

    private static void readMailboxes(Connection connection, List<Asked<MessageKey, Set<String>>> batch)
            throws SQLException {
        Set<MessageKey> messages = new HashSet<>();
        batch.forEach(asked -> messages.add(asked.request()));
        Map<MessageKey, Set<String>> found = LetterRows.mailboxes(connection, messages);
        batch.forEach(asked -> asked.answer(found.getOrDefault(asked.request(), Set.of())));
    }

    /** The mailbox is past it, and its client never was. */
    private static MessageStatusReply described(MessageStatusReply told, Set<String> dead) {
        if (dead.isEmpty()) {
            return told;
        }
        MessageStatusReply.Builder described = told.toBuilder().clearMailboxes();
        for (MailboxMessageStatus mailbox : told.getMailboxesList()) {
            boolean isDead = mailbox.getState() == MessageState.ACKNOWLEDGED && dead.contains(mailbox.getMailbox());
            described.addMailboxes(
                    isDead ? mailbox.toBuilder().setState(MessageState.DEAD).build() : mailbox);
        }
        boolean anyDead =
                described.getMailboxesList().stream().anyMatch(mailbox -> mailbox.getState() == MessageState.DEAD);
        return anyDead && told.getState() == MessageState.ACKNOWLEDGED
                ? described.setState(MessageState.DEAD).build()
                : described.build();
    }

    private static int entries(int asked, int byDefault) {
        return asked > 0 ? Math.min(asked, LetterRows.MAX_A_REQUEST) : byDefault;
    }

    private static void requireFew(int ids) {
        if (ids > LetterRows.MAX_A_REQUEST) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "ids: " + ids + " (expected: at most " + LetterRows.MAX_A_REQUEST + ")");
        }
    }
}
