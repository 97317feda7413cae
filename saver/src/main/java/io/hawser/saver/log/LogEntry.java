package io.hawser.saver.log;

import io.hawser.saver.v1.JournalEntry;
import io.hawser.wire.HawserException;

/** Something that was done to a log in Redis: to be committed, then to be folded. Owned by the lane. */
final class LogEntry {
    /** Who wants to know. */
    interface Waiter {
        /** It is in MySQL. */
        void committed();

        /** It did not come through, or nobody can say yet; in this case {@link #committed} may still follow. */
        void failed(HawserException cause);

        /** It is nobody's request, but what came of one. */
        Waiter NOBODY = new Waiter() {
            @Override
            public void committed() {}

            @Override
            public void failed(HawserException cause) {}
        };
    }

    /** An object, its fields, its place in queues: what an entry takes in memory besides its content, roughly. */
    private static final int OVERHEAD_BYTES = 200;

    final UserLog log;
    final JournalEntry journal;
    /** Until this entry is committed, what a script says of this seq and of those beyond may still be undone. */
    final long from;

    final int bytes;
    final Waiter waiter;
    boolean committed;
    /** MySQL refused it. */
    boolean undone;

    LogEntry(UserLog log, JournalEntry journal, long from, Waiter waiter) {
        this.log = log;
        this.journal = journal;
        this.from = from;
        this.bytes = journal.getSerializedSize() + OVERHEAD_BYTES;
        this.waiter = waiter;
    }

    /** It is in MySQL. */
    void commit() {
        committed = true;
        log.uncommitted--;
        waiter.committed();
        log.committed(this);
    }

    /** It did not come through, or nobody can say yet. */
    void fail(HawserException cause) {
        waiter.failed(cause);
        log.failWaiting(cause);
    }
}
