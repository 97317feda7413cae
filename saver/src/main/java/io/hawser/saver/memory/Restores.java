package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.redis.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code reconcile.lua}, {@code restore.lua}, {@code remember.lua} and {@code reconciled.lua} do. */
final class Restores {
    private static final int MAILBOX_FIELDS = 5;
    private static final int MESSAGE_FIELDS = 6;

    private Restores() {}

    /** Fills a log that is new, and says what the script says. */
    static List<Object> reconcile(MemoryLog log, @Nullable MemoryLog before, Arguments arguments) {
        log.head = arguments.number(3);
        log.lastAll = arguments.number(4);
        log.floor = arguments.number(5);
        boolean newer = false;
        for (int i = 7; i + MAILBOX_FIELDS - 1 <= arguments.count(); i += MAILBOX_FIELDS) {
            String name = arguments.text(i);
            long told = arguments.number(i + 1);
            Mailbox old = before == null ? null : before.mailbox(name);
            long known = old == null ? 0 : Math.min(old.acknowledged, log.head);
            long knownSeenMs = old == null ? 0 : old.seenMs;
            newer |= known > told;
            log.mailboxes()
                    .put(
                            name,
                            new Mailbox(
                                    name,
                                    arguments.number(i + 3),
                                    Math.max(told, known),
                                    arguments.number(i + 2),
                                    Math.max(arguments.number(i + 4), knownSeenMs)));
        }
        if (arguments.is(2)) {
            log.restored(arguments.bytes(1));
        }
        return Answers.of(Script.OK, log.settled(), newer ? 1 : 0);
    }

    static List<Object> restore(MemoryLog log, Arguments arguments) {
        for (int i = 2; i + MESSAGE_FIELDS - 1 <= arguments.count(); i += MESSAGE_FIELDS) {
            Message message = new Message(
                    arguments.text(i + 3), arguments.text(i + 4), arguments.number(i + 2), arguments.raw(i + 5));
            log.add(arguments.number(i + 1), message);
        }
        return Answers.of(Script.OK);
    }

    static List<Object> remember(MemoryLog log, ByteString record, Arguments arguments, long nowMs) {
        List<Object> chain = new ArrayList<>();
        for (int i = 6; i + 1 <= arguments.count(); i += 2) {
            chain.add(arguments.raw(i));
            chain.add(arguments.number(i + 1));
        }
        long untilMs = nowMs + arguments.number(5);
        log.remember(record, new Request(arguments.bytes(2), arguments.number(3), arguments.number(4), chain, untilMs));
        return Answers.of(Script.OK);
    }

    static List<Object> reconciled(MemoryLog log, Arguments arguments) {
        for (int i = 3; i + 1 <= arguments.count(); i += 2) {
            log.bury(Tombstone.of(arguments.number(i), arguments.text(i + 1)));
        }
        log.restored(arguments.bytes(1));
        return Answers.of(Script.OK);
    }
}
