package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Folds;
import io.hawser.saver.journal.LogFold;
import io.hawser.saver.log.ReadState.Numbers;
import io.hawser.saver.v1.JournalBatch;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed some seconds ago from the journal into the tables, where little of it is left to move: most
 * messages are acknowledged by then. Writes the numbers of logs that changed otherwise, too. One fold at a time: it
 * reads the logs' numbers from Redis, writes one transaction elsewhere, and lets go of the entries. Owned by the lane.
 *
 * <p>A log whose numbers cannot be read stays in the journal, alone: the others' entries are folded, and its batches are
 * cut down to its own. It is tried again after a pause.
 */
final class Folder {
    private static final Logger LOG = LoggerFactory.getLogger(Folder.class);

    private final OwnedLogs owned;
    private final Folds folds;
    private final LaneThread lane;
    private final Executor blocking;
    private final Clock clock;
    private final LaneSettings settings;
    private final LaneMeters meters;
    private final Consumer<FencedException> fenced;
    private final Predicate<Append> spooled;
    private final BiConsumer<UserLog, Numbers> told;
    private final ArrayDeque<GroupCommit.Batch> batches = new ArrayDeque<>();
    /** Appends that were folded early, by age: repeats of them are still told what they were. */
    private final ArrayDeque<Early> early = new ArrayDeque<>();

    /** Appends that were folded, and are to be repeated by the spool: it is to be told what they were. */
    private final Set<Append> kept = new HashSet<>();

    private final Set<UserLog> changed = new LinkedHashSet<>();
    private final HeldLogs held;
    private @Nullable Dispatcher dispatcher;
    private @Nullable Fold running;
    /** The last one was not written: what Redis has of empty logs MySQL may not have for long. */
    private boolean failing;

    private long incarnation;
    /** Erasures whose callers wait for what is in the journal to be folded. */
    private int erasures;

    private long unfoldedBytes;
    private long nextFoldNanos = System.nanoTime();

    /**
     * @param spooled whether an append is to be repeated by this saver's spool
     * @param told hears of the numbers that MySQL has been told
     */
    Folder(
            OwnedLogs owned,
            Folds folds,
            LaneThread lane,
            Executor blocking,
            Clock clock,
            LaneSettings settings,
            LaneMeters meters,
            Consumer<FencedException> fenced,
            Predicate<Append> spooled,
            BiConsumer<UserLog, Numbers> told) {
        this.owned = owned;
        this.folds = folds;
        this.lane = lane;
        this.blocking = blocking;
        this.clock = clock;
        this.settings = settings;
        this.meters = meters;
        this.fenced = fenced;
        this.spooled = spooled;
        this.told = told;
        this.held = new HeldLogs(owned, settings.foldEvery());
    }

    void dispatchTo(Dispatcher to) {
        this.dispatcher = to;
    }

    void begin(long newIncarnation) {
        abandon();
        incarnation = newIncarnation;
    }

    /** Forgets all, and what is under way. */
    void abandon() {
        batches.clear();
        early.clear();
        kept.clear();
        changed.clear();
        held.clear();
        running = null;
        failing = false;
        erasures = 0;
        unfoldedBytes = 0;
    }

    /** Whether the lane keeps as much in memory as it may. */
    boolean full() {
        return unfoldedBytes >= settings.maxUnfoldedBytes().bytes();
    }

    void accepted(LogEntry entry) {
        unfoldedBytes += entry.bytes;
    }

    /** An entry that came to nothing. */
    void undone(LogEntry entry) {
        unfoldedBytes -= entry.bytes;
    }

    void committed(GroupCommit.Batch batch) {
        batches.add(batch);
    }

    /** A log's numbers may have changed. */
    void touched(UserLog log) {
        if (log.dirty) {
            changed.add(log);
        }
    }

    /** A log was erased: what is in the journal of before goes at once. */
    void hurry() {
        erasures++;
    }

    /** @param all fold what is there, however new: its slot is about to leave */
    void run(boolean all) {
        forgetEarly();
        forgetKept();
        boolean tight =
                erasures > 0 || unfoldedBytes > settings.maxUnfoldedBytes().bytes() / 2;
        if (running != null || !(all || tight || System.nanoTime() - nextFoldNanos >= 0)) {
            return;
        }
        Fold fold = new Fold();
        takeBatches(fold, all || tight);
        takeChanged(fold);
        // A log costs a fold as much for one message as for fifty: so they gather, unless there is more than one takes.
        if (fold.logs.size() < settings.maxFoldLogs()) {
            nextFoldNanos = System.nanoTime() + settings.foldEvery().toNanos();
        }
        if (fold.logs.isEmpty()) {
            return;
        }
        running = fold;
        fold.unread = fold.logs.size();
        List.copyOf(fold.logs.keySet()).forEach(log -> {
            ReadState read = new ReadState(log, failing ? 0 : log.emptyLifetimeMs(settings));
            var _ = read.result.whenComplete((numbers, failure) -> read(fold, log, numbers));
            dispatcher().begin(read);
        });
    }

    private void takeBatches(Fold fold, boolean all) {
        long beforeNanos = System.nanoTime() - settings.foldAfter().toNanos();
        for (GroupCommit.Batch batch : batches) {
            boolean due = all || batch.createdNanos() - beforeNanos <= 0;
            if (!due || fold.logs.size() >= settings.maxFoldLogs()) {
                return;
            }
            fold.batches.add(batch);
            if (batch.createdNanos() - beforeNanos > 0) {
                fold.early.addAll(batch.entries());
            }
            for (LogEntry entry : batch.entries()) {
                // Of a slot that has left or was lost: another's.
                boolean ours = owned.known(entry.log.id) == entry.log;
                if (ours && held.has(entry.log)) {
                    fold.left.add(entry.log);
                } else if (ours) {
                    if (entry.waiter instanceof Append append && (append.isRepeatedBySpool() || spooled.test(append))) {
                        fold.spooled.add(entry);
                    }
                    fold.logs
                            .computeIfAbsent(entry.log, log -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
    }

    /** Logs without entries of their own to fold; the others are written when these are. */
    private void takeChanged(Fold fold) {
        var logs = changed.iterator();
        while (logs.hasNext() && fold.logs.size() < settings.maxFoldLogs()) {
            UserLog log = logs.next();
            if (log.unfolded.isEmpty() && !held.has(log)) {
                logs.remove();
                if (log.dirty && owned.known(log.id) == log) {
                    fold.logs.computeIfAbsent(log, key -> new ArrayList<>());
                }
            }
        }
    }

    private void read(Fold fold, UserLog log, @Nullable Numbers numbers) {
        if (fold != running) {
            return;
        }
        if (numbers == null) {
            held.add(log);
            fold.left.add(log);
            fold.logs.remove(log);
        } else {
            held.remove(log);
            fold.numbers.put(log, numbers);
        }
        if (--fold.unread > 0) {
            return;
        }
        if (fold.logs.isEmpty()) {
            giveUp(fold);
        } else {
            write(fold);
        }
    }

    private void write(Fold fold) {
        long nowMs = clock.millis();
        long of = incarnation;
        List<LogFold> logs = fold.logFolds(nowMs);
        List<Long> whole = fold.wholeBatches();
        Map<Long, JournalBatch> rests = fold.rests();
        blocking.execute(() -> {
            long beganNanos = System.nanoTime();
            try {
                folds.write(of, logs, whole, rests, nowMs);
                meters.folds.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
                lane.execute(() -> written(fold));
            } catch (FencedException e) {
                lane.execute(() -> fenced.accept(e));
            } catch (Throwable e) {
                LOG.warn("A fold of {} logs failed and is done again: {}", logs.size(), e.toString());
                lane.execute(() -> failed(fold));
            }
        });
    }

    private void written(Fold fold) {
        if (fold != running) {
            return;
        }
        running = null;
        failing = false;
        meters.foldedRows.increment(fold.rows);
        ArrayDeque<GroupCommit.Batch> cut = new ArrayDeque<>();
        for (GroupCommit.Batch batch : fold.batches) {
            batches.remove(batch);
            List<LogEntry> rest = fold.rest(batch);
            if (!rest.isEmpty()) {
                cut.push(new GroupCommit.Batch(batch.number(), batch.createdMs(), batch.createdNanos(), rest));
            }
            batch.entries().stream()
                    .filter(entry -> !fold.left.contains(entry.log))
                    .forEach(entry -> letGo(fold, entry, batch.createdNanos()));
        }
        cut.forEach(batches::addFirst);
        fold.left.forEach(this::touched);
        fold.numbers.forEach((log, numbers) -> {
            if (numbers.empty()) {
                meters.emptied.increment();
            }
            log.owedInRow = fold.owed.contains(log);
            if (log.owedInRow && log.owedSeq == 0) {
                // Settled while the row was being written.
                log.changed();
            }
            if (log.version == numbers.version()) {
                log.dirty = false;
                log.acknowledged.clear();
            } else {
                changed.add(log);
            }
            owned.forgetIfIdle(log);
            told.accept(log, numbers);
        });
    }

    private void letGo(Fold fold, LogEntry entry, long createdNanos) {
        unfoldedBytes -= entry.bytes;
        entry.log.unfolded.remove(entry);
        if (entry.waiter instanceof Append append) {
            if (fold.spooled.contains(entry)) {
                kept.add(append);
            } else if (fold.early.contains(entry)) {
                early.add(new Early(append, createdNanos));
                unfoldedBytes += Early.BYTES;
            } else {
                owned.forget(append);
            }
        }
        if (entry.waiter instanceof Erase erase) {
            erasures--;
            erase.folded();
        }
        owned.forgetIfIdle(entry.log);
    }

    private void forgetEarly() {
        long beforeNanos = System.nanoTime() - settings.foldAfter().toNanos();
        for (Early next = early.peek(); next != null && next.createdNanos - beforeNanos <= 0; next = early.peek()) {
            early.remove();
            unfoldedBytes -= Early.BYTES;
            owned.forget(next.append);
        }
    }

    /** The spool has repeated them, or does not have them any more. */
    private void forgetKept() {
        kept.removeIf(append -> {
            boolean over = !spooled.test(append);
            if (over) {
                owned.forget(append);
            }
            return over;
        });
    }

    private void failed(Fold fold) {
        failing |= fold == running;
        giveUp(fold);
    }

    private void giveUp(Fold fold) {
        if (fold == running) {
            running = null;
            fold.logs.keySet().forEach(this::touched);
            fold.left.forEach(this::touched);
        }
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher, "wired when the lane was built");
    }

    private record Early(Append append, long createdNanos) {
        /** In memory: the append, its answer, its place in queues, roughly. */
        static final int BYTES = 400;
    }
}
