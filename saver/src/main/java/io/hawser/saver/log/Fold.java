package io.hawser.saver.log;

import io.hawser.saver.journal.LogFold;
import io.hawser.saver.log.ReadState.Numbers;
import io.hawser.saver.v1.JournalBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One fold, from the choice of what it takes until it is written. {@link Folder} fills it; owned by the lane. */
final class Fold {
    final List<GroupCommit.Batch> batches = new ArrayList<>();
    /** What of the batches is folded, by log; logs whose numbers alone are written have none. */
    final Map<UserLog, List<LogEntry>> logs = new LinkedHashMap<>();

    final Map<UserLog, Numbers> numbers = new LinkedHashMap<>();
    /** Whose rows are going to say that a push is owed. */
    final Set<UserLog> owed = new HashSet<>();
    /** Entries that are folded early: their senders may still repeat them. */
    final Set<LogEntry> early = new HashSet<>();
    /** Entries whose requests wait in the spool to be repeated, or were, and are in its files. */
    final Set<LogEntry> spooled = new HashSet<>();
    /** Not folded this time, though their batches are. */
    final Set<UserLog> left = new HashSet<>();
    /** Logs whose numbers are not known yet. */
    int unread;
    /** Messages that get a row. */
    int rows;

    /** Returns what the tables have to be told, once all numbers are known. */
    List<LogFold> logFolds(long nowMs) {
        List<LogFold> all = new ArrayList<>(logs.size());
        Set<LogEntry> repeated = new HashSet<>(early);
        repeated.addAll(spooled);
        logs.forEach((log, entries) -> {
            LogFold one = LogFolds.of(log, entries, repeated, Objects.requireNonNull(numbers.get(log)), nowMs);
            rows += one.survivors().size();
            if (one.owed()) {
                owed.add(log);
            }
            all.add(one);
        });
        return all;
    }

    /** Returns the numbers of the batches of which nothing stays in the journal. */
    List<Long> wholeBatches() {
        return batches.stream()
                .filter(batch -> rest(batch).isEmpty())
                .map(GroupCommit.Batch::number)
                .toList();
    }

    /** Returns what stays in the journal of batches that are cut, by number. */
    Map<Long, JournalBatch> rests() {
        Map<Long, JournalBatch> rests = new HashMap<>();
        for (GroupCommit.Batch batch : batches) {
            List<LogEntry> rest = rest(batch);
            if (!rest.isEmpty() && rest.size() < batch.entries().size()) {
                rests.put(batch.number(), GroupCommit.journalled(rest));
            }
        }
        return rests;
    }

    /** Returns what of a batch stays in the journal. */
    List<LogEntry> rest(GroupCommit.Batch batch) {
        return left.isEmpty()
                ? List.of()
                : batch.entries().stream()
                        .filter(entry -> left.contains(entry.log))
                        .toList();
    }
}
