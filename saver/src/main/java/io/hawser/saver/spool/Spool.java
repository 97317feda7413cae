package io.hawser.saver.spool;

import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was accepted while MySQL was out: requests as their senders made them, synced on this machine's disk, until they
 * are committed. They have no number and can be read by nobody; each is appended under its request id when MySQL is
 * back, by whoever owns the user's slot then (decision 0365).
 *
 * <p>Requests come from any thread. One thread owns the files, the way in and the way out.
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long EMPTY_POLL_MILLIS = 20;
    private static final long TICK_MILLIS = 1_000;

    private final SpoolSettings settings;
    private final SpoolFiles files;
    private final SpoolContents contents;
    private final SpoolWriter writer;
    private final SpoolReplay replay;
    private final SpoolMeters meters;
    private final SpoolThread thread = new SpoolThread();
    /** As was told last. Owned by the thread. */
    private boolean inUse;
    /** Files that could not be read, or are damaged. Owned by the thread. */
    private int unreadable;

    private Spool(SpoolSettings settings, SpoolFiles files, Appender appender, SpoolMeters meters) {
        this.settings = settings;
        this.files = files;
        this.contents = new SpoolContents(settings, meters);
        this.writer = new SpoolWriter(thread, files, meters, new Entrances());
        this.replay = new SpoolReplay(appender, thread, thread, new Exits());
        this.meters = meters;
    }

    /**
     * Takes a directory, and goes on with what earlier lives left there.
     *
     * @param saver this instance's name
     * @throws HawserException INVALID_ARGUMENT where the directory cannot be this saver's
     */
    public static Spool open(
            Path directory, String saver, SpoolSettings settings, Appender appender, Clock clock, SpoolMeters meters) {
        return open(directory, saver, settings, SpoolFile.Disk.REAL, appender, clock, meters);
    }

    static Spool open(
            Path directory,
            String saver,
            SpoolSettings settings,
            SpoolFile.Disk disk,
            Appender appender,
            Clock clock,
            SpoolMeters meters) {
        SpoolFiles files = new SpoolFiles(SpoolDirectory.open(directory, saver, clock), settings.fileBytes(), disk);
        Spool spool = new Spool(settings, files, appender, meters);
        // Before anybody can add to it: what comes later of a user comes behind, as far as there is room for all.
        spool.readOn();
        spool.tell();
        meters.watch(spool);
        spool.thread.after(spool::tick, TICK_MILLIS);
        spool.thread.execute(spool.replay::run);
        return spool;
    }

    /**
     * Takes a request; one of the same id that is there already is the same.
     *
     * @return completes when it is synced; fails with UNAVAILABLE where the spool is full, the app has its share, or the
     *     disk fails, with MAILBOX_FULL where the user has as much in it as may be, with IDEMPOTENCY_CONFLICT where the id
     *     is there with another body
     */
    public CompletableFuture<Boolean> add(LogId log, AppendRequest request) {
        Spooled fresh = new Spooled(log, request);
        Spooled known = contents.put(fresh);
        if (known != null) {
            return known.sameBody(request)
                    ? known.synced.copy()
                    : CompletableFuture.failedFuture(HawserException.refusal(
                            ErrorCode.IDEMPOTENCY_CONFLICT, "request id: was used with another body"));
        }
        try {
            contents.take(fresh);
            writer.add(fresh);
        } catch (HawserException refusal) {
            fresh.synced.completeExceptionally(refusal);
        }
        return fresh.synced.copy();
    }

    /** Whether something of the user's is not committed: what comes later has to come behind it. */
    public boolean holds(LogId log) {
        return contents.holds(log);
    }

    /** Whether what is there of the user's is being committed, as far as is known. */
    public boolean isServed(LogId log) {
        return replay.isServed(log);
    }

    /** Whether a request is to be appended again: it has to be known until it was. */
    public boolean has(LogId log, String requestId) {
        return contents.has(log, requestId);
    }

    /** How long a send may go without being committed. */
    public long afterNanos() {
        return settings.after().toNanos();
    }

    /**
     * Waits until all is committed. Returns whether it is.
     *
     * @param anybody whether somebody may be there who commits it: else nothing is waited for
     */
    public boolean awaitEmpty(Duration atMost, BooleanSupplier anybody) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        while (!contents.isEmpty() && anybody.getAsBoolean() && System.nanoTime() - deadlineNanos < 0) {
            Thread.sleep(EMPTY_POLL_MILLIS);
        }
        return contents.isEmpty();
    }

    /** Ends. What is in the files stays there for the next life. */
    @Override
    public void close() throws IOException {
        thread.close();
        writer.close();
        files.close();
    }

    int messages() {
        return contents.messages();
    }

    long bytes() {
        return contents.bytes();
    }

    static HawserException unavailable(String why) {
        return HawserException.refusal(ErrorCode.UNAVAILABLE, "MySQL: out; spool: " + why);
    }

    /** Reads what earlier lives left, a file after the other, as far as there is room. */
    private void readOn() {
        while (files.hasUnread() && contents.hasRoom()) {
            try {
                found(files.readNext());
            } catch (IOException | RuntimeException e) {
                LOG.error("A file of the spool cannot be read, and is passed over", e);
                unreadable();
            }
        }
    }

    private void found(SpoolRecords.Found found) {
        meters.cut.increment((double) found.cutBytes() + found.damagedBytes());
        if (found.damagedBytes() > 0) {
            unreadable();
        }
        found.messages().forEach(this::found);
    }

    private void unreadable() {
        meters.unreadable.increment();
        unreadable++;
    }

    private void found(Spooled spooled) {
        spooled.synced.complete(true);
        if (contents.found(spooled)) {
            replay.add(spooled);
        } else {
            // It is in another file, too.
            contents.twice(spooled, files.done(spooled));
        }
    }

    /** What becomes of those that are written. */
    private final class Entrances implements SpoolWriter.Listener {
        @Override
        public void written(List<Spooled> batch) {
            batch.forEach(replay::add);
            tell();
            replay.run();
        }

        @Override
        public void refused(Spooled spooled, HawserException why) {
            contents.giveBack(spooled);
            spooled.synced.completeExceptionally(why);
        }
    }

    /** What becomes of those that are tried. On the thread. */
    private final class Exits implements SpoolReplay.Exits {
        @Override
        public void committed(Spooled spooled) {
            meters.committed.increment();
            leave(spooled);
        }

        @Override
        public boolean putAside(Spooled spooled, Throwable why) {
            if (!files.putAside(spooled, why)) {
                return false;
            }
            meters.dead.increment();
            leave(spooled);
            tell();
            return true;
        }

        @Override
        public void failing(Throwable why) {
            meters.notYet(why);
            tell();
        }
    }

    private void leave(Spooled spooled) {
        contents.committed(spooled, files.done(spooled));
        readOn();
        if (contents.isEmpty()) {
            tell();
        }
    }

    /** At regular times: what could not be done, and how long it has lasted. */
    private void tick() {
        thread.after(this::tick, TICK_MILLIS);
        contents.freed(files.endAgain());
        readOn();
        tell();
    }

    private void tell() {
        boolean empty = contents.isEmpty();
        if (empty && inUse) {
            LOG.info("The spool is empty");
        }
        inUse = !empty;
        meters.tell(new SpoolMeters.State(files.heldMillis(), inUse, unreadable, files.dead(), files.ending()));
    }
}
