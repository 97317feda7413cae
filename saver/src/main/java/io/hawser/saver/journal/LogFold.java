package io.hawser.saver.journal;

import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.Mailboxes;
import java.util.List;

/**
 * What a fold writes of one log.
 *
 * @param owed its newest message is not known to have been pushed
 * @param settled all up to this seq is acknowledged by every mailbox: no rows for it
 * @param survivors messages that get a row
 * @param requests appends whose request may be repeated later
 * @param removed messages that are gone, with the reason
 */
public record LogFold(
        int slot,
        String app,
        String user,
        long head,
        long lastAll,
        long floor,
        Mailboxes mailboxes,
        boolean owed,
        long settled,
        List<Appended> survivors,
        List<Appended> requests,
        List<Tombstone> removed) {}
