package io.hawser.room.connection;

/**
 * Up to where a client has tried what it was given: the newest message that its socket had for some time before it was last
 * heard, or one that is somewhat older, never one that is newer. Not the time of each is kept, but two marks: one that waits
 * to be had for so long, and behind it the newest.
 */
final class Trial {
    /** What comes within this part of the time counts as one. */
    private static final int PARTS = 4;
    /** In a mark's seq: there is none. */
    private static final long NONE = 0;

    private final long forMs;
    private long triedUpTo;
    private long waitingSeq = NONE;
    private long waitingMs;
    /** When the first of those that the mark stands for was written. */
    private long waitingSinceMs;

    private long newestSeq = NONE;
    private long newestMs;

    /**
     * @param forMs how long a message is to be had, to have been tried
     * @param first the first one: whoever asks knows that it was
     */
    Trial(long forMs, long first) {
        this.forMs = forMs;
        this.triedUpTo = first;
    }

    /** The socket has a message, newer than all before. */
    void wrote(long seq, long nowMs, long heardMs) {
        settle(heardMs);
        if (waitingSeq == NONE) {
            waitingSinceMs = nowMs;
        }
        boolean together = newestSeq == NONE && nowMs - waitingSinceMs <= forMs / PARTS;
        if (together) {
            waitingSeq = seq;
            waitingMs = nowMs;
        } else {
            newestSeq = seq;
            newestMs = nowMs;
        }
    }

    /** @param heardMs when the client was last heard */
    long upTo(long heardMs) {
        settle(heardMs);
        return triedUpTo;
    }

    private void settle(long heardMs) {
        while (waitingSeq != NONE && heardMs - waitingMs >= forMs) {
            triedUpTo = waitingSeq;
            waitingSeq = newestSeq;
            waitingMs = newestMs;
            waitingSinceMs = newestMs;
            newestSeq = NONE;
        }
    }
}
