package io.hawser.saver.log;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.rpc.v1.MailboxChain;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.Link;
import io.hawser.saver.v1.MessageRemoved;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An append, from its arrival until its entry is folded: so long a repeat of the request finds it here and gets its
 * result, or waits for it.
 */
final class Append extends Operation<AppendReply> implements LogEntry.Waiter {
    /** What a message without expiry gets: 2^53 - 1, the largest number that a script reads exactly. */
    private static final long NEVER_MS = (1L << 53) - 1;
    /**
     * Messages that make room for one, where the app has it so. A log far beyond a limit that is new shrinks by so many a
     * time.
     */
    private static final int MAX_DROPPED = 256;
    /**
     * Mailboxes beyond those a user may have that what was spooled may make: a few outages' worth. All of them have to
     * fit into the column that a message's chain is kept in, 64 KiB.
     */
    private static final int MORE_MAILBOXES = 128;

    private static final int MOST_MAILBOXES = 512;
    /** Where an answer has them: their number first, then seq and tombstone of each, then what is told of mailboxes. */
    private static final int DROPPED = 4;

    private final long requestLifetimeMs;
    private final int maxMailboxes;
    private final Consumer<LogEntry> accept;
    private final Consumer<Append> sweep;
    private final List<CompletableFuture<AppendReply>> repeats = new ArrayList<>(0);
    private final String requestId;
    private final ByteString bodyHash;
    private final boolean spooled;
    private @Nullable AppendRequest request;
    private @Nullable AppendReply answerWhenCommitted;
    private @Nullable AppendReply answer;
    private boolean swept;
    private boolean repeatedBySpool;
    private long acceptedMs;

    /**
     * @param accept takes the entry that is to be committed
     * @param sweep lets go of the log's expired messages and begins this again
     */
    Append(
            UserLog log,
            AppendRequest request,
            LaneSettings settings,
            Consumer<LogEntry> accept,
            Consumer<Append> sweep) {
        super(log, Script.APPEND, true);
        this.request = request;
        this.requestId = request.getRequestId();
        this.bodyHash = request.getBodyHash();
        this.requestLifetimeMs = settings.requestLifetime().toMillis();
        this.spooled = request.getSpooled();
        this.maxMailboxes = spooled ? more(settings.maxMailboxes()) : settings.maxMailboxes();
        this.accept = accept;
        this.sweep = sweep;
    }

    private static int more(int maxMailboxes) {
        return Math.max(maxMailboxes, Math.min(maxMailboxes + MORE_MAILBOXES, MOST_MAILBOXES));
    }

    String requestId() {
        return requestId;
    }

    /** Whether a request of the same id asks for the same. */
    boolean sameBody(AppendRequest other) {
        return bodyHash.equals(other.getBodyHash());
    }

    /** Whether it is committed. */
    boolean committedAlready() {
        return answer != null;
    }

    /** Returns what a repeat of the request gets: this one's result, now or when it is known. */
    CompletableFuture<AppendReply> repeat() {
        CompletableFuture<AppendReply> repeat = new CompletableFuture<>();
        if (answer != null) {
            repeat.complete(repeated(answer));
        } else {
            repeats.add(repeat);
        }
        return repeat;
    }

    /** The spool has repeated it, and forgets it; not so its file, which a start of its saver reads again. */
    void repeatedBySpool() {
        repeatedBySpool = true;
    }

    /** Whether it may come from a spool again: then it is known for as long as one with a key. */
    boolean isRepeatedBySpool() {
        return repeatedBySpool;
    }

    /** Whether Redis has taken it: then it is committed sooner or later, whatever its caller was told. */
    boolean accepted() {
        return answerWhenCommitted != null;
    }

    /** Whether its message has a number, and one that is not beyond {@code seq}. */
    boolean isNumberedUpTo(long seq) {
        return answerWhenCommitted != null && answerWhenCommitted.getSeq() <= seq;
    }

    @Override
    byte[][] keys() {
        LogKeys keys = log.keys;
        byte[] record = LogKeys.request(log.id.slot(), log.id.app(), log.id.user(), requestId);
        return new byte[][] {keys.marker(), keys.state(), keys.messages(), record, keys.tombstones(), keys.collapse()};
    }

    @Override
    byte[][] arguments(byte[] generation, long nowMs) {
        AppendRequest asked = request();
        acceptedMs = nowMs;
        return new byte[][] {
            generation,
            utf8(asked.getMailbox()),
            decimal(expiresMs(asked)),
            asked.getContent().toByteArray(),
            bodyHash.toByteArray(),
            decimal(asked.getKeyed() ? requestLifetimeMs : 0),
            decimal(nowMs),
            utf8(asked.getCollapseKey()),
            decimal(asked.getUserMustExist() ? 1 : 0),
            decimal(asked.getMaxMessages() == 0 ? Integer.MAX_VALUE : asked.getMaxMessages()),
            decimal(asked.getMaxBytes() == 0 ? NEVER_MS : asked.getMaxBytes()),
            decimal(maxMailboxes),
            decimal(asked.getDropOldest() ? MAX_DROPPED : 0),
            decimal(swept ? 1 : 0)
        };
    }

    @Override
    void answered(Reply reply) {
        switch (reply.outcome()) {
            case Script.OK -> accepted(reply);
            case Script.REPEATED -> known(reply);
            case Script.FULL -> full();
            case Script.LIMIT ->
                fail(
                        spooled
                                ? HawserException.refusal(
                                        ErrorCode.MAILBOX_FULL, "mailboxes of a user: as many as there may ever be")
                                : refusal(Script.LIMIT));
            default -> fail(refusal(reply.outcome()));
        }
    }

    @Override
    public void committed() {
        AppendReply done = Objects.requireNonNull(answerWhenCommitted);
        answer = done;
        result.complete(done);
        repeats.forEach(repeat -> repeat.complete(repeated(done)));
        repeats.clear();
    }

    @Override
    public void failed(HawserException cause) {
        fail(cause);
    }

    @Override
    void fail(HawserException cause) {
        super.fail(cause);
        repeats.forEach(repeat -> repeat.completeExceptionally(cause));
        repeats.clear();
    }

    private void full() {
        if (swept) {
            fail(refusal(Script.FULL));
        } else {
            swept = true;
            sweep.accept(this);
        }
    }

    private void accepted(Reply reply) {
        AppendReply.Builder answered = AppendReply.newBuilder()
                .setSeq(reply.number(1))
                .setAcceptedMs(acceptedMs)
                .setDurability(durability());
        int dropped = Math.toIntExact(reply.number(DROPPED));
        addChain(answered, reply, DROPPED + 1 + 2 * dropped);
        answerWhenCommitted = answered.build();
        Appended appended = appended(reply, answerWhenCommitted, dropped);
        LogEntry entry = new LogEntry(log, journalled(appended), firstTouched(appended), this);
        request = null;
        accept.accept(entry);
    }

    /** Until it is committed, what it took the place of may be there again. */
    private static long firstTouched(Appended appended) {
        long first = appended.getCollapsedSeq() == 0 ? appended.getSeq() : appended.getCollapsedSeq();
        for (MessageRemoved dropped : appended.getDroppedList()) {
            first = Math.min(first, dropped.getSeq());
        }
        return first;
    }

    private JournalEntry journalled(Appended appended) {
        return JournalEntry.newBuilder()
                .setApp(log.id.app())
                .setUser(log.id.user())
                .setAppended(appended)
                .build();
    }

    private Appended appended(Reply reply, AppendReply answered, int dropped) {
        AppendRequest asked = request();
        Appended.Builder appended = Appended.newBuilder()
                .setSeq(answered.getSeq())
                .setTarget(asked.getMailbox())
                .setExpiresMs(expiresMs(asked))
                .setCollapseKey(asked.getCollapseKey())
                .setCollapsedSeq(reply.number(2))
                .setContent(asked.getContent())
                .setRequestId(requestId)
                .setBodyHash(bodyHash)
                .setKeyed(asked.getKeyed())
                .setAcceptedMs(acceptedMs);
        if (reply.number(3) >= 0) {
            appended.setTargetCreated(true).setTargetBeginsAfter(reply.number(3));
        }
        for (int i = DROPPED + 1; i <= DROPPED + 2 * dropped; i += 2) {
            Tombstone each = Tombstone.of(reply.number(i), reply.text(i + 1));
            appended.addDropped(MessageRemoved.newBuilder()
                    .setSeq(each.seq())
                    .setReason(each.reason())
                    .setMailboxes(each.mailboxes()));
        }
        for (MailboxChain chain : answered.getMailboxesList()) {
            appended.addChain(Link.newBuilder().setMailbox(chain.getMailbox()).setPrev(chain.getPrev()));
        }
        return appended.build();
    }

    /** Redis remembers the request: it was committed in this generation, for what was not is in the lane's memory. */
    private void known(Reply reply) {
        AppendReply.Builder answered = AppendReply.newBuilder()
                .setSeq(reply.number(1))
                .setAcceptedMs(reply.number(2))
                .setDurability(durability())
                .setRepeated(true);
        addChain(answered, reply, 3);
        AppendReply known = answered.build();
        result.complete(known);
        repeats.forEach(repeat -> repeat.complete(known));
        repeats.clear();
    }

    private Durability durability() {
        return withoutRedis ? Durability.DATABASE_ONLY : Durability.STRICT;
    }

    private static void addChain(AppendReply.Builder answer, Reply reply, int from) {
        for (int i = from; i + 1 < reply.size(); i += 2) {
            answer.addMailboxes(
                    MailboxChain.newBuilder().setMailbox(reply.text(i)).setPrev(reply.number(i + 1)));
        }
    }

    private static AppendReply repeated(AppendReply answer) {
        return answer.toBuilder().setRepeated(true).build();
    }

    private static long expiresMs(AppendRequest request) {
        return request.getExpiresMs() == 0 ? NEVER_MS : Math.min(request.getExpiresMs(), NEVER_MS);
    }

    private AppendRequest request() {
        return Objects.requireNonNull(request, "sent again after it was accepted");
    }
}
