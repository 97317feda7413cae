package io.hawser.saver.spool;

import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way into the spool: requests come from any thread, and one writes and syncs together what gathered while it did so
 * for those before.
 */
final class SpoolWriter {
    private static final long MAX_WRITE_BYTES = 4 << 20;

    interface Listener {
        /** They are on the disk, or may be. On the thread. */
        void written(List<Spooled> batch);

        /** It is not on the disk. */
        void refused(Spooled spooled, HawserException why);
    }

    private final SpoolThread thread;
    private final SpoolFiles files;
    private final SpoolMeters meters;
    private final Listener listener;
    private final ConcurrentLinkedQueue<Spooled> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean();

    SpoolWriter(SpoolThread thread, SpoolFiles files, SpoolMeters meters, Listener listener) {
        this.thread = thread;
        this.files = files;
        this.meters = meters;
        this.listener = listener;
    }

    void add(Spooled fresh) {
        arrived.add(fresh);
        writeSoon();
    }

    /** Refuses what is not written yet: the thread has ended. */
    void close() {
        HawserException closing = Spool.unavailable("the saver is closing");
        for (Spooled next = arrived.poll(); next != null; next = arrived.poll()) {
            listener.refused(next, closing);
        }
    }

    private void writeSoon() {
        if (writing.compareAndSet(false, true)) {
            thread.execute(this::write);
        }
        if (thread.isOver()) {
            close();
        }
    }

    private void write() {
        writing.set(false);
        List<Spooled> batch = take();
        if (!batch.isEmpty()) {
            try {
                write(batch);
            } finally {
                writeSoon();
            }
        }
    }

    private List<Spooled> take() {
        List<Spooled> batch = new ArrayList<>();
        long size = 0;
        while (size < MAX_WRITE_BYTES) {
            Spooled next = arrived.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            size += next.bytes();
        }
        return batch;
    }

    private void write(List<Spooled> batch) {
        boolean known;
        try {
            long beganNanos = System.nanoTime();
            known = files.write(batch);
            meters.syncs.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        } catch (Throwable e) {
            // An Error too: those who wait have to hear of it.
            meters.diskFailed(batch.size(), e);
            HawserException failure = Spool.unavailable("its disk failed (" + e.getMessage() + ")");
            batch.forEach(spooled -> listener.refused(spooled, failure));
            return;
        }
        try {
            listener.written(batch);
        } finally {
            answer(batch, known);
        }
    }

    private void answer(List<Spooled> batch, boolean known) {
        if (known) {
            meters.spooled.increment(batch.size());
            batch.forEach(spooled -> spooled.synced.complete(true));
        } else {
            meters.failed.increment(batch.size());
            HawserException unknown = Spool.unavailable("its disk failed, the message may be there");
            batch.forEach(spooled -> spooled.synced.completeExceptionally(unknown));
        }
    }
}
