package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Journal;
import io.hawser.saver.v1.JournalBatch;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits entries in the order in which they came: one batch at a time, each with all that gathered while the one
 * before was being written. Owned by the lane; the writing is done elsewhere.
 *
 * <p>A batch whose outcome is unknown is written again until it is known, so Redis and MySQL do not part while the saver
 * lives. Meanwhile those who wait are told UNAVAILABLE, and so are new requests. A batch that MySQL refuses at its first
 * attempt costs its slots their generation; one that it refuses after an attempt of unknown outcome costs the saver its
 * life: what is in the journal is known when no commit can be under way any more.
 */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** What the commits end in. */
    interface Listener {
        void committed(Batch batch);

        /** Certainly not in the journal. */
        void refused(Batch batch, HawserException cause);

        void fenced(FencedException cause);
    }

    /** Entries that are committed, or are to be, by one journal row. */
    record Batch(long number, long createdMs, long createdNanos, List<LogEntry> entries) {}

    private final Journal journal;
    private final LaneThread lane;
    private final Executor committer;
    private final Clock clock;
    private final LaneSettings settings;
    private final LaneMeters meters;
    private final Listener listener;
    private final Consumer<Runnable> later;
    private final ArrayDeque<LogEntry> queue = new ArrayDeque<>();
    private final long firstNumber;
    private long incarnation;
    private long nextNumber;
    private boolean writing;
    private long writingSinceNanos;
    private boolean out;
    private boolean closed;

    /**
     * @param lane number of the lane: batches of an incarnation are numbered apart by lane
     * @param committer waits for MySQL, for one batch at a time
     * @param later runs something on the lane after a pause
     */
    GroupCommit(
            Journal journal,
            int laneNumber,
            LaneThread lane,
            Executor committer,
            Clock clock,
            LaneSettings settings,
            LaneMeters meters,
            Listener listener,
            Consumer<Runnable> later) {
        this.journal = journal;
        this.firstNumber = laneNumber;
        this.lane = lane;
        this.committer = committer;
        this.clock = clock;
        this.settings = settings;
        this.meters = meters;
        this.listener = listener;
        this.later = later;
    }

    /** Entries from here on are an incarnation's. */
    void begin(long newIncarnation) {
        incarnation = newIncarnation;
        nextNumber = firstNumber;
        out = false;
    }

    /** Whether MySQL did not answer the last time. */
    boolean out() {
        return out;
    }

    /** Whether MySQL did not answer the last time, or has been asked for so long and has not answered yet. */
    boolean silentFor(long nanos) {
        return out || (writing && System.nanoTime() - writingSinceNanos >= nanos);
    }

    void add(LogEntry entry) {
        queue.add(entry);
    }

    /** Takes back what is queued of some logs: it will not be written. */
    List<LogEntry> withdraw(Set<UserLog> logs) {
        List<LogEntry> withdrawn =
                queue.stream().filter(entry -> logs.contains(entry.log)).toList();
        queue.removeIf(entry -> logs.contains(entry.log));
        return withdrawn;
    }

    /** Starts a commit where none is under way. */
    void run() {
        if (writing || queue.isEmpty()) {
            return;
        }
        Batch batch = new Batch(nextNumber, clock.millis(), System.nanoTime(), take());
        nextNumber += settings.lanes();
        writing = true;
        writingSinceNanos = batch.createdNanos;
        meters.commitEntries.record(batch.entries.size());
        write(batch, incarnation, null);
    }

    /** Forgets what is queued, and what is under way. */
    void abandon() {
        queue.clear();
        incarnation = 0;
        writing = false;
    }

    void close() {
        closed = true;
    }

    private List<LogEntry> take() {
        List<LogEntry> entries = new ArrayList<>(Math.min(queue.size(), settings.maxBatchEntries()));
        long bytes = 0;
        while (!queue.isEmpty()
                && entries.size() < settings.maxBatchEntries()
                && bytes < settings.maxBatchBytes().bytes()) {
            LogEntry entry = queue.poll();
            bytes += entry.bytes;
            entries.add(entry);
        }
        return entries;
    }

    private void write(Batch batch, long ofIncarnation, byte @Nullable [] known) {
        committer.execute(() -> {
            try {
                byte[] payload = known == null ? payload(batch) : known;
                long beganNanos = System.nanoTime();
                Journal.Outcome outcome = journal.write(ofIncarnation, batch.number, batch.createdMs, payload);
                meters.commits.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
                lane.execute(() -> written(batch, ofIncarnation, payload, outcome));
            } catch (Throwable e) {
                lane.execute(() -> written(batch, ofIncarnation, known, new Journal.Outcome.Unknown(e)));
            }
        });
    }

    private void written(Batch batch, long ofIncarnation, byte @Nullable [] payload, Journal.Outcome outcome) {
        if (ofIncarnation != incarnation) {
            return;
        }
        switch (outcome) {
            case Journal.Outcome.Committed() -> {
                writing = false;
                out = false;
                listener.committed(batch);
                run();
            }
            case Journal.Outcome.Fenced() -> listener.fenced(new FencedException(ofIncarnation));
            case Journal.Outcome.Refused(var cause)
            when out -> {
                LOG.error("MySQL refuses a batch that it may have taken before: {}", cause.toString());
                meters.commitFailures.increment();
                listener.fenced(new FencedException(ofIncarnation));
            }
            case Journal.Outcome.Refused(var cause) -> {
                LOG.error("MySQL refuses a batch of {} entries: {}", batch.entries.size(), cause.toString());
                writing = false;
                out = false;
                meters.commitFailures.increment();
                listener.refused(batch, failure(cause));
                run();
            }
            case Journal.Outcome.Unknown(var cause) -> {
                LOG.warn("The outcome of a commit is unknown, it is written again: {}", cause.toString());
                meters.commitFailures.increment();
                out = true;
                HawserException failure = failure(cause);
                batch.entries.forEach(entry -> entry.fail(failure));
                queue.forEach(entry -> entry.fail(failure));
                if (!closed) {
                    later.accept(() -> again(batch, ofIncarnation, payload));
                }
            }
        }
    }

    private void again(Batch batch, long ofIncarnation, byte @Nullable [] payload) {
        if (ofIncarnation == incarnation && !closed) {
            write(batch, ofIncarnation, payload);
        }
    }

    private static byte[] payload(Batch batch) {
        return journalled(batch.entries).toByteArray();
    }

    /** What the journal has to say of some entries. */
    static JournalBatch journalled(List<LogEntry> entries) {
        JournalBatch.Builder payload = JournalBatch.newBuilder();
        entries.forEach(entry -> payload.addEntries(entry.journal));
        return payload.build();
    }

    private static HawserException failure(Throwable cause) {
        return new HawserException(
                ErrorCode.UNAVAILABLE, "MySQL: outcome of the commit unknown (" + cause.getMessage() + ")", cause);
    }
}
