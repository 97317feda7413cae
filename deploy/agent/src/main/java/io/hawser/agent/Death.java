package io.hawser.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What we had to do with the end of a process: what its exit code cannot say. */
final class Death {
    private @Nullable String reason;
    private boolean killed;

    /** It is about to be ended, and started again at once. */
    void orderedFor(String why) {
        reason = why;
    }

    /** It is about to be ended, and to stay down. */
    void orderedForGood() {
        reason = null;
    }

    /** SIGKILL goes to it. */
    void byOurHand() {
        killed = true;
    }

    boolean isOrdered() {
        return reason != null;
    }

    /** Tells how it ended, and forgets: the next life is another matter. */
    LastExit of(int code, boolean service, Instant now) {
        boolean unknown = code == LastExit.UNKNOWN && killed;
        LastExit exit = LastExit.of(unknown ? LastExit.KILLED : code, service, now);
        String ordered = reason;
        reason = null;
        killed = false;
        return ordered == null ? exit : new LastExit(exit.code(), ordered, now);
    }
}
