package io.hawser.saver.memory;

/** One mailbox of a log. */
final class Mailbox {
    final String name;
    /** It has no message up to this seq. */
    final long begin;

    long acknowledged;
    /** Newest message that was addressed to it alone; 0: none. */
    long lastOwn;
    /** When it was last opened or acknowledged, coarsely. */
    long seenMs;

    Mailbox(String name, long begin, long acknowledged, long lastOwn, long seenMs) {
        this.name = name;
        this.begin = begin;
        this.acknowledged = acknowledged;
        this.lastOwn = lastOwn;
        this.seenMs = seenMs;
    }

    /** Whether it was there for a message, and has acknowledged it. */
    boolean has(long seq) {
        return seq > begin && seq <= acknowledged;
    }
}
