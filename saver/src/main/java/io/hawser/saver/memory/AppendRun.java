package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.redis.Script;
import java.util.ArrayList;
import java.util.List;
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
        return full(collapsed) ? Answers.of(Script.FULL) : append(own, collapsed);
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
        List<Object> answer = Answers.of(Script.OK, seq, collapsed, created ? begin : -1);
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
