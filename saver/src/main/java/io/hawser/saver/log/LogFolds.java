package io.hawser.saver.log;

import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.journal.LogFold;
import io.hawser.saver.journal.LogState;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.log.ReadState.Numbers;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.Mailboxes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the tables have to be told of a log: its numbers, and what is left of its entries. */
final class LogFolds {
    private LogFolds() {}

    /**
     * @param entries those that leave the journal, in their order
     * @param repeated those that somebody may still repeat: their requests are kept, keyed or not
     */
    static LogFold of(UserLog log, List<LogEntry> entries, Set<LogEntry> repeated, Numbers numbers, long nowMs) {
        long settled = numbers.settled();
        boolean anyPending =
                entries.stream().anyMatch(entry -> entry.journal.getAppended().getSeq() > settled);
        Set<Long> gone = anyPending ? removals(log) : Set.of();
        List<Appended> survivors = new ArrayList<>();
        List<Appended> requests = new ArrayList<>();
        List<Tombstone> removed = new ArrayList<>();
        for (LogEntry entry : entries) {
            JournalEntry journal = entry.journal;
            removed.addAll(LogState.tombstones(journal));
            if (journal.hasAppended()) {
                Appended message = journal.getAppended();
                boolean pending = message.getSeq() > settled && !gone.contains(message.getSeq());
                if (pending && message.getExpiresMs() > nowMs) {
                    survivors.add(message);
                } else if (pending) {
                    removed.add(new Tombstone(message.getSeq(), MessageState.EXPIRED_VALUE));
                }
                if (message.getKeyed() || repeated.contains(entry)) {
                    requests.add(message);
                }
            }
        }
        return new LogFold(
                log.id.slot(),
                log.id.app(),
                log.id.user(),
                numbers.head(),
                numbers.lastAll(),
                numbers.floor(),
                Mailboxes.newBuilder().addAllMailboxes(numbers.mailboxes()).build(),
                log.owedSeq != 0,
                settled,
                survivors,
                requests,
                removed);
    }

    private static Set<Long> removals(UserLog log) {
        Set<Long> gone = new HashSet<>();
        log.unfolded.stream()
                .filter(entry -> entry.committed)
                .flatMap(entry -> LogState.tombstones(entry.journal).stream())
                .map(Tombstone::seq)
                .forEach(gone::add);
        return gone;
    }
}
