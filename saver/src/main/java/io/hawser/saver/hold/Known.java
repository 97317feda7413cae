package io.hawser.saver.hold;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Of what a table has rows, apps for instance: as it was last read, and what was written here since. So most are known to
 * have none, and nothing is read for them.
 */
final class Known<K> {
    /** Beyond so many, all are taken to have some: then the table is read for each. */
    static final int MOST = 100_000;

    private volatile Set<K> found = Set.of();
    /** What was written here, and before which reading; none that the last one found. */
    private final Map<K, Integer> written = new ConcurrentHashMap<>();
    /** It was read once at least. */
    private volatile boolean read;
    /** Readings that began. */
    private volatile int readings;

    private boolean reading;

    /** Whether it is known to have any. */
    boolean contains(K key) {
        return found.contains(key) || written.containsKey(key) || found.size() > MOST;
    }

    /** Whether it has any, or that is not known yet. */
    boolean mayContain(K key) {
        return !read || contains(key);
    }

    /** A row was written here, and is committed. */
    void add(K key) {
        written.put(key, readings);
    }

    /** Reads anew, unless it is being read. Does not block. */
    void refresh(Supplier<CompletableFuture<Set<K>>> table) {
        int before = begin();
        if (before == 0) {
            return;
        }
        var _ = table.get().whenComplete((rows, failure) -> end(before, rows));
    }

    /** Returns 0 where it is being read. */
    private synchronized int begin() {
        if (reading) {
            return 0;
        }
        reading = true;
        readings++;
        return readings;
    }

    /** What was written while it was read may be missing in that. */
    private synchronized void end(int before, @Nullable Set<K> rows) {
        reading = false;
        if (rows != null) {
            found = Set.copyOf(rows);
            written.values().removeIf(at -> at < before);
            read = true;
        }
    }
}
