package io.hawser.saver.journal;

import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.MailboxState;
import java.util.List;

/**
 * A log as the tables have it: without what is in the journal only.
 *
 * @param messages ascending by seq
 * @param requests those that may still be repeated
 */
public record StoredLog(
        long head,
        long lastAll,
        long floor,
        List<MailboxState> mailboxes,
        List<Appended> messages,
        List<Appended> requests,
        List<Tombstone> tombstones) {
    /** A log that nobody ever wrote to. */
    public static final StoredLog EMPTY = new StoredLog(0, 0, 0, List.of(), List.of(), List.of(), List.of());
}
