package io.hawser.saver.hold;

import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.journal.Transactions;
import java.util.HashSet;
import java.util.Set;

/** Apps that have rows in a table: as it was last read, and those of which one was written here since. */
final class KnownApps {
    private volatile Set<String> apps = Set.of();
    /** It was read once at least. */
    private volatile boolean read;
    /** How often a row was written. */
    private int written;

    boolean contains(String app) {
        return apps.contains(app);
    }

    /** Whether it has any, or that is not known yet. */
    boolean mayContain(String app) {
        return !read || apps.contains(app);
    }

    /** One was written here. */
    synchronized void add(String app) {
        if (!apps.contains(app)) {
            Set<String> more = new HashSet<>(apps);
            more.add(app);
            apps = Set.copyOf(more);
        }
        written++;
    }

    /** Reads the table's apps. Does not block. */
    void refresh(StoreCalls calls, Transactions.Work<Set<String>> reading) {
        int before = written();
        var _ = calls.run("", reading).whenComplete((found, failure) -> {
            if (found != null) {
                take(before, found);
            }
        });
    }

    private synchronized int written() {
        return written;
    }

    /** What was written meanwhile may be missing in what was read: the next time it is not. */
    private synchronized void take(int before, Set<String> found) {
        if (written == before) {
            apps = Set.copyOf(found);
            read = true;
        }
    }
}
