package io.hawser.saver.memory;

import io.hawser.saver.redis.Script;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What {@code acknowledge.lua}, {@code open.lua}, {@code forget.lua}, {@code remove.lua} and {@code sweep.lua} do. */
final class Changes {
    /** When a mailbox was seen is told to MySQL no more often. */
    private static final long SEEN_STEP_MS = 3_600_000;

    private static final int REMOVED = 1;
    private static final int REMOVED_BEFORE = 2;

    private Changes() {}

    static List<Object> acknowledge(MemoryLog log, Arguments arguments) {
        Mailbox mailbox = log.mailbox(arguments.text(2));
        if (mailbox == null) {
            return Answers.of(Script.ABSENT);
        }
        long before = log.settled();
        long seq = Math.min(arguments.number(3), log.head);
        if (seq <= mailbox.acknowledged) {
            return Answers.of(Script.OK, mailbox.acknowledged, before, log.head);
        }
        mailbox.acknowledged = seq;
        mailbox.seenMs = arguments.number(4);
        return Answers.of(Script.OK, seq, log.trim(before), log.head);
    }

    static List<Object> open(MemoryLog log, Arguments arguments) {
        String name = arguments.text(2);
        long nowMs = arguments.number(4);
        Mailbox known = log.mailbox(name);
        if (known != null) {
            boolean old = nowMs - known.seenMs >= SEEN_STEP_MS;
            known.seenMs = old ? nowMs : known.seenMs;
            return Answers.of(Script.OK, 0, known.acknowledged, log.head, old ? 1 : 0);
        }
        boolean room = log.mailboxes().size() < arguments.number(3);
        Mailbox oldest = room ? null : oldest(log, arguments.number(3));
        if (!room && (oldest == null || nowMs - oldest.seenMs < arguments.number(5))) {
            return Answers.of(Script.LIMIT);
        }
        long before = log.settled();
        if (oldest != null) {
            log.forget(oldest);
        }
        Mailbox created = log.create(name, log.nextBegin(), nowMs);
        List<Object> answer = Answers.of(Script.OK, 1, created.begin, log.head, 0);
        if (oldest != null) {
            log.trim(before);
            answer.add(Answers.name(oldest.name));
            answer.add(log.floor);
        }
        return answer;
    }

    /** Returns the mailbox that may give way; null: none may be created. */
    private static @Nullable Mailbox oldest(MemoryLog log, long maxMailboxes) {
        return maxMailboxes == 0
                ? null
                : log.mailboxes().values().stream()
                        .min(Comparator.comparingLong(mailbox -> mailbox.seenMs))
                        .orElseThrow(NoSuchElementException::new);
    }

    static List<Object> forget(MemoryLog log, Arguments arguments) {
        Mailbox mailbox = log.mailbox(arguments.text(2));
        boolean ifAbsent = !arguments.text(3).isEmpty();
        if (mailbox == null || (ifAbsent && !mayGo(log, mailbox, arguments.number(3), arguments.number(4)))) {
            return Answers.of(Script.OK, 0, log.floor);
        }
        long before = log.settled();
        log.forget(mailbox);
        log.trim(before);
        return Answers.of(Script.OK, 1, log.floor);
    }

    private static boolean mayGo(MemoryLog log, Mailbox mailbox, long absentSinceMs, long nowMs) {
        boolean last = log.mailboxes().size() == 1;
        return !last && mailbox.seenMs <= absentSinceMs && !log.waitsAlone(mailbox, nowMs);
    }

    static List<Object> remove(MemoryLog log, Arguments arguments) {
        long seq = arguments.number(2);
        int reason = (int) arguments.number(3);
        Message message = log.messages().get(seq);
        if (message == null) {
            return Answers.of(Script.OK, log.tombstone(seq).reason() == reason ? REMOVED_BEFORE : 0);
        }
        Mailbox own = message.target().isEmpty() ? null : log.mailbox(message.target());
        boolean acknowledged = own != null && own.acknowledged >= seq;
        if (message.expiresMs <= arguments.number(4) || acknowledged) {
            return Answers.of(Script.OK, 0);
        }
        log.remove(seq, reason);
        return Answers.of(Script.OK, REMOVED);
    }

    /** All in one portion: in memory that is quick. */
    static List<Object> sweep(MemoryLog log, Arguments arguments) {
        log.expire(arguments.number(2));
        List<Object> answer = Answers.of(Script.OK);
        answer.add(new byte[0]);
        return answer;
    }
}
