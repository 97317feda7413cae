package io.hawser.saver.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Logs whose numbers could not be read: each is left out of folds for a while, longer each time. Owned by the lane. */
final class HeldLogs {
    private static final int MAX_BACKOFF = 4;

    private final OwnedLogs owned;
    private final Duration pause;
    private final Map<UserLog, Hold> holds = new HashMap<>();

    private record Hold(long untilNanos, int attempts) {}

    /** @param pause the first one; the longest is 16 times that */
    HeldLogs(OwnedLogs owned, Duration pause) {
        this.owned = owned;
        this.pause = pause;
    }

    void add(UserLog log) {
        holds.keySet().removeIf(each -> owned.known(each.id) != each);
        Hold before = holds.get(log);
        int attempts = before == null ? 0 : Math.min(before.attempts + 1, MAX_BACKOFF);
        holds.put(log, new Hold(System.nanoTime() + (pause.toNanos() << attempts), attempts));
    }

    boolean has(UserLog log) {
        Hold hold = holds.get(log);
        return hold != null && System.nanoTime() - hold.untilNanos < 0;
    }

    void remove(UserLog log) {
        holds.remove(log);
    }

    void clear() {
        holds.clear();
    }
}
