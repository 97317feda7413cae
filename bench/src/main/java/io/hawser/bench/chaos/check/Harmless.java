package io.hawser.bench.chaos.check;

import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Faults in which all that is sent is accepted, as {@code docs/guarantees.md} says. */
final class Harmless {
    /** In which it is: Redis is waited for, for up to 4 s, and a request that a lost connection took along is repeated. */
    static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Nothing that an acceptance needs: MySQL, a center that answers, and the saver that owns the user's slot, in its session. */
    private static final Pattern TO_SENDERS =
            Pattern.compile("(redis|sentinel|room|register|coordinator|dispatcher|clients|links)-.+"
                    + "|zookeeper-(killed|paused|down|away)"
                    + "|.+-clock-(ahead|behind)"
                    + "|center-(to-room|room|zookeeper)-cut"
                    + "|saver-(to-)?redis-cut");

    private Harmless() {}

    static boolean toSenders(String fault) {
        return TO_SENDERS.matcher(fault).matches();
    }
}
