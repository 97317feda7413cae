package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.redis.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One run of {@code append.lua}. */
final class AppendRun {
    private final MemoryLog log;
    private final ByteString record;
    private final int generation;
    private final String target;
    private final long expiresMs;
    private final byte[] content;
    private final ByteString bodyHash;
    private final long requestLifetimeMs;
    private final long nowMs;
    private final String collapseKey;
    private final boolean userMustExist;
    private final long maxMessages;
    private final long maxBytes;
    private final long maxMailboxes;
    private final long maxDropped;
    private final boolean swept;
    private final List<Tombstone> dropped = new ArrayList<>(0);

    /** @param record the key of the request's record */
    AppendRun(MemoryLog log, ByteString record, Arguments arguments) {
        this.log = log;
        this.record = record;
        generation = (int) arguments.number(1);
        target = arguments.text(2);
        expiresMs = arguments.number(3);
        content = arguments.raw(4);
        bodyHash = arguments.bytes(5);
        requestLifetimeMs = arguments.number(6);
        nowMs = arguments.number(7);
        collapseKey = arguments.text(8);
        userMustExist = arguments.is(9);
        maxMessages = arguments.number(10);
        maxBytes = arguments.number(11);
        maxMailboxes = arguments.number(12);
        maxDropped = arguments.number(13);
        swept = arguments.is(14);
    }

    List<Object> run() {
        Request known = log.request(record, nowMs);
        if (known != null) {
            return repeated(known);
        }
        Mailbox own = target.isEmpty() ? null : log.mailbox(target);
        boolean isNew = !target.isEmpty() && own == null;
        if (userMustExist && (log.mailboxes().isEmpty() || isNew)) {
            return Answers.of(Script.ABSENT);
        }
        if (isNew && log.mailboxes().size() >= maxMailboxes) {
            return Answers.of(Script.LIMIT);
        }
        long collapsed = collapseKey.isEmpty() ? 0 : log.replacedBy(target, collapseKey);
        if (full(collapsed) && !mayDrop()) {
            return Answers.of(Script.FULL);
        }
        makeRoom(collapsed);
        return append(own, collapsed);
    }

    private List<Object> repeated(Request known) {
        if (!known.bodyHash().equals(bodyHash)) {
            return Answers.of(Script.CONFLICT);
        }
        List<Object> answer = Answers.of(Script.REPEATED, known.seq(), known.acceptedMs());
        answer.addAll(known.chain());
        return answer;
    }

    private boolean full(long collapsed) {
        Message old = log.messages().get(collapsed);
        int messages = log.messages().size() - (old == null ? 0 : 1);
        long bytes = log.contentBytes() - (old == null ? 0 : old.content.length);
        return messages >= maxMessages || bytes + content.length > maxBytes;
    }

    private boolean mayDrop() {
        return maxDropped > 0 && swept && content.length <= maxBytes;
    }

    /** First go those that the mailbox they are for has acknowledged, then the oldest. */
    private void makeRoom(long collapsed) {
        if (full(collapsed)) {
            drop(collapsed, epitaph -> epitaph.reason() == MessageState.ACKNOWLEDGED_VALUE);
            drop(collapsed, epitaph -> true);
        }
    }

    private void drop(long collapsed, Predicate<Tombstone> chosen) {
        for (long seq : List.copyOf(log.messages().keySet())) {
            if (dropped.size() >= maxDropped || !full(collapsed)) {
                return;
            }
            Tombstone epitaph =
                    epitaph(seq, Objects.requireNonNull(log.messages().get(seq)));
            if (seq != collapsed && chosen.test(epitaph)) {
                log.remove(epitaph);
                dropped.add(epitaph);
            }
        }
    }

    /** What is known of a message that makes room: why it is gone, whom it was for, who of them had it. */
    private Tombstone epitaph(long seq, Message message) {
        List<String> had = log.mailboxes().values().stream()
                .filter(mailbox -> message.isFor(mailbox.name) && mailbox.has(seq))
                .map(mailbox -> mailbox.name)
                .toList();
        return Tombstone.ofDropped(seq, message.target(), had);
    }

    private List<Object> append(@Nullable Mailbox own, long collapsed) {
        long begin = log.nextBegin();
        long seq = Math.max(log.head, Seq.of(generation, 0)) + 1;
        if (collapsed != 0) {
            log.remove(collapsed, MessageState.COLLAPSED_VALUE);
        }
        log.add(seq, new Message(target, collapseKey, expiresMs, content));
        log.head = seq;
        boolean created = !target.isEmpty() && own == null;
        List<Object> chain = target.isEmpty()
                ? addressAll(seq)
                : addressOne(own == null ? log.create(target, begin, nowMs) : own, seq);
        if (requestLifetimeMs > 0) {
            log.remember(record, new Request(bodyHash, seq, nowMs, chain, nowMs + requestLifetimeMs));
        }
        List<Object> answer = Answers.of(Script.OK, seq, collapsed, created ? begin : -1, dropped.size());
        for (Tombstone each : dropped) {
            answer.add(each.seq());
            answer.add(Answers.name(each.text()));
        }
        answer.addAll(chain);
        return answer;
    }

    private List<Object> addressAll(long seq) {
        List<Object> chain = new ArrayList<>(2 * log.mailboxes().size());
        for (Mailbox mailbox : log.mailboxes().values()) {
            chain.add(Answers.name(mailbox.name));
            chain.add(Math.max(log.lastAll, mailbox.lastOwn));
        }
        log.lastAll = seq;
        return chain;
    }

    private List<Object> addressOne(Mailbox mailbox, long seq) {
        List<Object> chain = List.of(Answers.name(mailbox.name), Math.max(log.lastAll, mailbox.lastOwn));
        mailbox.lastOwn = seq;
        return chain;
    }
}
