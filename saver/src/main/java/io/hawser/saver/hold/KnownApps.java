package io.hawser.saver.hold;

import java.util.HashSet;
import java.util.Set;

/** Apps that have rows in a table: as it was last read, and those of which one was written here since. */
final class KnownApps {
    private volatile Set<String> apps = Set.of();
    /** How often one was written. */
    private int written;

    boolean contains(String app) {
        return apps.contains(app);
    }

    synchronized void add(String app) {
        if (!apps.contains(app)) {
            Set<String> more = new HashSet<>(apps);
            more.add(app);
            apps = Set.copyOf(more);
        }
        written++;
    }

    /** Returns what is to be told to {@link #read}. */
    synchronized int beforeReading() {
        return written;
    }

    /** What was written meanwhile may be missing in what was read: the next time it is not. */
    synchronized void read(int before, Set<String> found) {
        if (written == before) {
            apps = Set.copyOf(found);
        }
    }
}
