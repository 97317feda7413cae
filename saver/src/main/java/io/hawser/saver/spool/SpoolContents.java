package io.hawser.saver.spool;

import io.hawser.saver.journal.LogId;
import io.hawser.wire.HawserException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All that is not committed: in the spool's files, or on its way there, within the spool's bounds. From any thread. */
final class SpoolContents {
    private final Map<Spooled.Key, Spooled> waiting = new ConcurrentHashMap<>();
    private final SpoolSettings settings;
    private final SpooledUsers users;
    private final SpoolBytes bytes;
    private final SpoolMeters meters;

    SpoolContents(SpoolSettings settings, SpoolMeters meters) {
        this.settings = settings;
        this.users = new SpooledUsers(settings.maxUserMessages());
        this.bytes = new SpoolBytes(settings.maxBytes().bytes());
        this.meters = meters;
    }

    /** Has a request known by its id. Returns the one that is known by it already; null: there was none. */
    @Nullable
    Spooled put(Spooled fresh) {
        return waiting.putIfAbsent(fresh.key(), fresh);
    }

    /**
     * Counts in a request that was put.
     *
     * @throws HawserException where there is no room for it: then it is not known any more
     */
    void take(Spooled fresh) {
        try {
            users.take(fresh);
        } catch (HawserException full) {
            meters.userFull.increment();
            waiting.remove(fresh.key(), fresh);
            throw full;
        }
        if (!bytes.take(fresh.log.app(), fresh.bytes())) {
            meters.full.increment();
            giveBack(fresh);
            throw Spool.unavailable("full, or the app has its share (spool.maxBytes: " + settings.maxBytes() + ")");
        }
    }

    /** It was not taken, and is in no file that counts. */
    void giveBack(Spooled refused) {
        bytes.giveBack(refused.log.app(), refused.bytes());
        forget(refused);
    }

    /** Counts one in that was accepted by an earlier life, whatever the bounds. Returns whether it was not there yet. */
    boolean found(Spooled found) {
        bytes.take(found.log.app(), found.bytes());
        Spooled known = put(found);
        if (known != null && !known.sameBody(found.request)) {
            // One of them is done with, perhaps, and its file is not: then the id was free for the other.
            found.renameInSpool();
            known = put(found);
        }
        if (known == null) {
            users.found(found);
        }
        return known == null;
    }

    /** @param freed of the file that is gone by that; 0: it holds others */
    void committed(Spooled committed, long freed) {
        twice(committed, freed);
        forget(committed);
    }

    /** It is there another time, and is done with in this file. */
    void twice(Spooled again, long freed) {
        bytes.committed(again.log.app(), again.bytes(), freed);
    }

    /** Of files that are gone, and all of whose messages are. */
    void freed(long freed) {
        bytes.freed(freed);
    }

    boolean holds(LogId log) {
        return users.has(log);
    }

    boolean has(LogId log, String requestId) {
        return waiting.containsKey(new Spooled.Key(log, requestId));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether what earlier lives left may be read on. */
    boolean hasRoom() {
        return waiting.isEmpty() || bytes.taken() < settings.maxBytes().bytes();
    }

    int messages() {
        return waiting.size();
    }

    long bytes() {
        return bytes.taken();
    }

    private void forget(Spooled spooled) {
        users.forget(spooled);
        waiting.remove(spooled.key(), spooled);
    }
}
