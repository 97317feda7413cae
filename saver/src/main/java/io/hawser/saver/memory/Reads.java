package io.hawser.saver.memory;

import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.redis.Script;
import java.util.List;
import java.util.Map;

/** What {@code load.lua}, {@code status.lua}, {@code list.lua} and {@code state.lua} do. */
final class Reads {
    private Reads() {}

    static List<Object> load(MemoryLog log, Arguments arguments) {
        String name = arguments.text(2);
        Mailbox mailbox = log.mailbox(name);
        if (mailbox == null) {
            return Answers.of(Script.ABSENT);
        }
        long maxMessages = arguments.number(4);
        long maxBytes = arguments.number(5);
        long nowMs = arguments.number(6);
        long last = Math.max(arguments.number(3), mailbox.acknowledged);
        List<Object> answer = Answers.of(Script.OK, log.head, 0);
        long messages = 0;
        long bytes = 0;
        // Each step looks the next one up: what is taken out on the way changes the entries of a map that are at hand.
        Map.Entry<Long, Message> each;
        while ((each = log.messages().higherEntry(last)) != null) {
            long seq = each.getKey();
            Message message = each.getValue();
            if (message.expiresMs <= nowMs) {
                log.remove(seq, MessageState.EXPIRED_VALUE);
            } else if (message.isFor(name)) {
                int size = message.content.length;
                if (messages >= maxMessages || (messages > 0 && bytes + size > maxBytes)) {
                    answer.set(1, last);
                    answer.set(2, 1L);
                    return answer;
                }
                messages++;
                bytes += size;
                answer.add(seq);
                answer.add(message.content);
            }
            last = seq;
        }
        return answer;
    }

    static List<Object> status(MemoryLog log, Arguments arguments) {
        long seq = arguments.number(2);
        Message message = log.messages().get(seq);
        Tombstone tombstone = log.tombstone(seq);
        List<Object> answer = Answers.of(
                Script.OK,
                log.head,
                tombstone.reason(),
                message == null ? 0 : 1,
                message == null ? 0 : message.expiresMs);
        answer.add(Answers.name(message == null ? tombstone.target() : message.target()));
        answer.add(log.floor);
        for (Mailbox mailbox : log.mailboxes().values()) {
            answer.add(Answers.name(mailbox.name));
            answer.add(mailbox.acknowledged);
            answer.add(mailbox.begin);
            answer.add(tombstone.wasAcknowledgedBy(mailbox.name) ? 1L : 0L);
        }
        return answer;
    }

    static List<Object> list(MemoryLog log) {
        List<Object> answer = Answers.of(Script.OK, log.head, log.messages().size(), log.contentBytes());
        for (Mailbox mailbox : log.mailboxes().values()) {
            answer.add(Answers.name(mailbox.name));
            answer.add(mailbox.acknowledged);
            answer.add(Math.max(log.lastAll, mailbox.lastOwn));
            answer.add(log.messages().tailMap(mailbox.acknowledged, false).values().stream()
                    .filter(message -> message.isFor(mailbox.name))
                    .count());
        }
        return answer;
    }

    static List<Object> state(MemoryLog log) {
        List<Object> answer = Answers.of(Script.OK, log.head, log.lastAll, log.floor);
        for (Mailbox mailbox : log.mailboxes().values()) {
            answer.add(Answers.name(mailbox.name));
            answer.add(mailbox.acknowledged);
            answer.add(mailbox.lastOwn);
            answer.add(mailbox.begin);
            answer.add(mailbox.seenMs);
        }
        return answer;
    }
}
