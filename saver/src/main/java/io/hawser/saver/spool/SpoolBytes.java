package io.hawser.saver.spool;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the spool's bound is taken up by: files, until they are deleted. No app has more than is free besides, so that one
 * app's flood leaves room for others.
 */
final class SpoolBytes {
    private final long max;
    private final AtomicLong taken = new AtomicLong();
    /** Of requests that are not committed. */
    private final Map<String, Long> byApp = new ConcurrentHashMap<>();

    SpoolBytes(long max) {
        this.max = max;
    }

    /** Counts a request in. Returns whether it fits; where it does not, it is to be given back. */
    boolean take(String app, long bytes) {
        long ofApp = byApp.merge(app, bytes, Long::sum);
        long free = max - taken.addAndGet(bytes);
        return free >= 0 && (ofApp == bytes || ofApp <= free);
    }

    /** A request was not taken. */
    void giveBack(String app, long bytes) {
        taken.addAndGet(-bytes);
        forget(app, bytes);
    }

    /** @param freed of the file that was deleted by that; 0: it holds others */
    void committed(String app, long bytes, long freed) {
        freed(freed);
        forget(app, bytes);
    }

    /** Of files that are gone. */
    void freed(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }

    private void forget(String app, long bytes) {
        byApp.computeIfPresent(app, (id, before) -> before == bytes ? null : before - bytes);
    }
}
