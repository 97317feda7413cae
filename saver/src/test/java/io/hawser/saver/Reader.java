package io.hawser.saver;

import java.util.HashSet;
import java.util.Set;

/** What a mailbox's reader has acknowledged, and the position of one who reads on without looking back. */
final class Reader {
    final long begin;
    long acknowledged;
    /** What it asked to count as acknowledged, answered or not. */
    long mayHaveAcknowledged;

    long position;
    final Set<Long> seen = new HashSet<>();

    Reader(long begin) {
        this.begin = begin;
        acknowledged = begin;
        mayHaveAcknowledged = begin;
        position = begin;
    }
}
