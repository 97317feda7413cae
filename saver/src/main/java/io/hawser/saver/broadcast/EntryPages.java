package io.hawser.saver.broadcast;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.EntryState;
import io.hawser.rpc.v1.TaskState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of logs, and keeps in memory what was read: rooms that were started together, or fell behind together,
 * all ask for the same. A page has the entries of so many numbers, as far as there are any.
 *
 * <p>Nobody has to tell of what changes. Of an entry that does the state alone, and a change of that counts in the app's row,
 * which whoever reads has just read in the same snapshot: so a page of an earlier change has its states read again, and one of
 * a later change, of whoever reads in a later snapshot, is not used. What is trimmed is below what that row says.
 */
final class EntryPages {
    /** As many numbers as are read at once. */
    private static final int NUMBERS = Entries.PORTION;
    /** A reader that is as many pages behind is so for numbers that nobody has: they are left out by the database. */
    private static final long MOST_NUMBERS = 1 << 20;
    /** An object, its fields, its place in a list: what one takes in memory besides its content, roughly. */
    private static final int OVERHEAD_BYTES = 200;

    private final Cache<Key, Page> pages;
    private final BroadcastMeters meters;

    /** @param bytes of all pages, roughly; those that are read least go first */
    EntryPages(ByteSize bytes, BroadcastMeters meters) {
        this.meters = meters;
        this.pages = Caffeine.newBuilder()
                .maximumWeight(bytes.bytes())
                .weigher((Key key, Page page) -> page.bytes())
                .executor(Runnable::run)
                .build();
    }

    private record Key(String app, long page) {
        static Key of(String app, long bseq) {
            return new Key(app, (bseq - 1) / NUMBERS);
        }

        /** Its numbers are above this. */
        long after() {
            return page * NUMBERS;
        }

        long last() {
            return after() + NUMBERS;
        }
    }

    /**
     * @param to complete up to here, or up to its last number
     * @param changed the app's change that its states are of
     */
    private record Page(long to, long changed, List<BroadcastEntry> entries) {
        int bytes() {
            int bytes = OVERHEAD_BYTES;
            for (BroadcastEntry entry : entries) {
                bytes += OVERHEAD_BYTES + entry.getSerializedSize();
            }
            return bytes;
        }
    }

    /**
     * Entries in (after, to] of a log that stands as it does in the connection's snapshot, in order: the first {@code most}
     * of them, or as many as any reply could hold.
     */
    List<BroadcastEntry> read(Connection connection, AppLog.Position position, long after, long to, int most)
            throws SQLException {
        long last = Math.max(after, position.trimmedTo());
        if (to - last > MOST_NUMBERS) {
            return Entries.read(connection, position.app(), last, to, most);
        }
        List<BroadcastEntry> found = new ArrayList<>();
        long bytes = 0;
        while (last < to && found.size() < most && bytes < Budget.MAX_BYTES) {
            Key key = Key.of(position.app(), last + 1);
            for (BroadcastEntry entry : page(connection, position, key).entries) {
                if (entry.getBseq() > last && entry.getBseq() <= to && found.size() < most) {
                    found.add(entry);
                    bytes += entry.getSerializedSize();
                }
            }
            last = key.last();
        }
        return found;
    }

    private Page page(Connection connection, AppLog.Position position, Key key) throws SQLException {
        Page held = pages.getIfPresent(key);
        long to = Math.min(key.last(), position.watermark());
        if (held != null && held.changed > position.changed()) {
            return more(connection, position, key, null, to);
        }
        if (held != null && held.to >= to) {
            return inMemory(connection, position, key, held);
        }
        return keep(key, more(connection, position, key, held, to));
    }

    private Page inMemory(Connection connection, AppLog.Position position, Key key, Page held) throws SQLException {
        if (held.changed == position.changed()) {
            meters.pagesHit.increment();
            return held;
        }
        meters.pagesOutdated.increment();
        return keep(key, upToDate(connection, position, key, held));
    }

    private Page keep(Key key, Page page) {
        pages.put(key, page);
        return page;
    }

    /** The page with what it lacks. */
    private Page more(Connection connection, AppLog.Position position, Key key, @Nullable Page held, long to)
            throws SQLException {
        meters.pagesMissed.increment();
        List<BroadcastEntry> entries = new ArrayList<>();
        if (held != null) {
            entries.addAll(upToDate(connection, position, key, held).entries);
        }
        long from = held == null ? key.after() : held.to;
        entries.addAll(Entries.read(connection, position.app(), from, to, NUMBERS));
        return new Page(to, position.changed(), List.copyOf(entries));
    }

    /** The page with the states that its entries have by now. */
    private static Page upToDate(Connection connection, AppLog.Position position, Key key, Page held)
            throws SQLException {
        if (held.changed == position.changed()) {
            return held;
        }
        Map<Long, TaskState> states = new HashMap<>();
        for (EntryState each : Entries.states(connection, position.app(), key.after(), held.to)) {
            states.put(each.getBseq(), each.getState());
        }
        List<BroadcastEntry> entries = held.entries.stream()
                .map(entry -> in(entry, states.getOrDefault(entry.getBseq(), entry.getState())))
                .toList();
        return new Page(held.to, position.changed(), entries);
    }

    private static BroadcastEntry in(BroadcastEntry entry, TaskState state) {
        return entry.getState() == state
                ? entry
                : entry.toBuilder().setState(state).build();
    }
}
