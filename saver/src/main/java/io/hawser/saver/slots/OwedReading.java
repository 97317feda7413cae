package io.hawser.saver.slots;

import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.LogReader;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which logs of slots that were taken are owed a push; where there are many, the rest later. Blocks. */
final class OwedReading {
    private static final int MAX_OWED = 100_000;

    private final LogReader reader;
    private final ArrayDeque<Rest> rests = new ArrayDeque<>();

    private record Rest(Set<Integer> slots, LogId after) {}

    OwedReading(LogReader reader) {
        this.reader = reader;
    }

    /** Returns the first logs that are owed a push, with their heads. */
    Map<LogId, Long> first(Set<Integer> slots) throws SQLException {
        return read(slots, null);
    }

    /** Whether all has been read. */
    boolean done() {
        return rests.isEmpty();
    }

    /** Whether so few of those that were read are still owed that more should be read. */
    static boolean few(long owed) {
        return owed < MAX_OWED / 2;
    }

    /** Returns more of what is owed, where not all has been read. */
    Map<LogId, Long> more() throws SQLException {
        Rest rest = rests.getFirst();
        Map<LogId, Long> owed = read(rest.slots, rest.after);
        rests.removeFirst();
        return owed;
    }

    void forget() {
        rests.clear();
    }

    private Map<LogId, Long> read(Set<Integer> slots, @Nullable LogId after) throws SQLException {
        SequencedMap<LogId, Long> owed = reader.readOwed(slots, after, MAX_OWED);
        if (owed.size() == MAX_OWED) {
            rests.add(new Rest(slots, owed.lastEntry().getKey()));
        }
        return owed;
    }
}
