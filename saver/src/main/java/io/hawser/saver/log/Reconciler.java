package io.hawser.saver.log;

import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.LogReader;
import io.hawser.saver.journal.LogState;
import io.hawser.saver.journal.StoredLog;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes logs in Redis what MySQL says they are, when they are first touched in a generation: reads many at once from
 * the tables, adds what is in the journal only (this lane remembers it) and acknowledgements that were not persisted
 * yet, and puts it all into Redis. Operations on such a log wait. Owned by the lane.
 *
 * <p>What the tables miss because a fold was under way while they were read is not missed here: entries and
 * acknowledgements are taken from memory as they were before the reading began, and as they are after.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int LOGS_A_READ = 64;
    /** Of one read, where that is more than one log. */
    private static final long MAX_READ_BYTES = 32 << 20;

    private final OwnedLogs owned;
    private final LogReader reader;
    private final RedisGate redis;
    private final LaneThread lane;
    private final Executor blocking;
    private final Clock clock;
    private final LaneSettings settings;
    private final LaneMeters meters;
    private final ArrayDeque<UserLog> waiting = new ArrayDeque<>();
    /** Read one by one, for a read of several failed. */
    private final ArrayDeque<UserLog> alone = new ArrayDeque<>();

    private final Consumer<SlotState> renew;
    private @Nullable Dispatcher dispatcher;
    private int reads;

    /** @param renew has a slot take its next generation */
    Reconciler(
            OwnedLogs owned,
            LogReader reader,
            RedisGate redis,
            LaneThread lane,
            Executor blocking,
            Clock clock,
            LaneSettings settings,
            LaneMeters meters,
            Consumer<SlotState> renew) {
        this.owned = owned;
        this.reader = reader;
        this.redis = redis;
        this.lane = lane;
        this.blocking = blocking;
        this.clock = clock;
        this.settings = settings;
        this.meters = meters;
        this.renew = renew;
    }

    void dispatchTo(Dispatcher to) {
        this.dispatcher = to;
    }

    /** Has a log reconciled, if it is not being. */
    void add(UserLog log) {
        if (log.parked == null) {
            log.parked = new ArrayDeque<>();
            waiting.add(log);
        }
    }

    /** Starts what waits, if it can be. */
    void run() {
        while (reads < LaneSettings.MAX_READS && !(waiting.isEmpty() && alone.isEmpty())) {
            ArrayDeque<UserLog> from = alone.isEmpty() ? waiting : alone;
            int most = alone.isEmpty() ? LOGS_A_READ : 1;
            Map<LogId, Job> jobs = new LinkedHashMap<>();
            while (jobs.size() < most && !from.isEmpty()) {
                UserLog log = from.poll();
                jobs.put(log.id, new Job(log, List.copyOf(log.unfolded), Map.copyOf(log.acknowledged)));
            }
            reads++;
            long since = clock.millis() - settings.requestLifetime().toMillis();
            blocking.execute(() -> read(jobs, since));
        }
    }

    private void read(Map<LogId, Job> jobs, long requestsSinceMs) {
        try {
            Map<LogId, StoredLog> stored =
                    reader.read(jobs.keySet(), requestsSinceMs, settings.maxRequestsPerLog(), MAX_READ_BYTES);
            lane.execute(() -> restore(jobs, stored));
        } catch (Throwable e) {
            lane.execute(() -> failed(jobs, e));
        }
    }

    private void restore(Map<LogId, Job> jobs, Map<LogId, StoredLog> stored) {
        // What was read counts until it is in Redis.
        AtomicInteger left = new AtomicInteger(jobs.size());
        jobs.values().forEach(job -> {
            try {
                restore(job, stored.get(job.log.id), left);
            } catch (Throwable e) {
                // An Error too: the other logs of the read wait for their turn.
                LOG.error("A log of slot {} cannot be restored", job.log.id.slot(), e);
                end(job.log, new HawserException(ErrorCode.INTERNAL, "log: cannot be restored", e));
                done(left);
            }
        });
        redis.flush();
    }

    private void restore(Job job, @Nullable StoredLog read, AtomicInteger left) {
        UserLog log = job.log;
        SlotState slot = owned.slot(log.id.slot());
        if (slot == null || owned.known(log.id) != log) {
            end(log, Dispatcher.notOwner(log));
            done(left);
        } else if (read == null) {
            waiting.addFirst(log);
            done(left);
        } else {
            LogState state = state(job, read);
            LogRestore.Ended ended = restored(log, slot, left);
            new LogRestore(log, state, settings, clock.millis(), redis, slot.generationText, ended).run();
        }
    }

    private void done(AtomicInteger left) {
        if (left.decrementAndGet() == 0) {
            reads--;
        }
    }

    private LogRestore.Ended restored(UserLog log, SlotState slot, AtomicInteger left) {
        int generation = slot.generation;
        return (failure, lost) -> {
            done(left);
            if (lost && owned.slot(slot.slot) == slot && slot.generation == generation) {
                // A step without an answer may still be on its way, to undo what is appended after the next attempt.
                renew.accept(slot);
            }
            end(log, failure);
        };
    }

    private static LogState state(Job job, StoredLog stored) {
        LogState state = new LogState(stored);
        Set<LogEntry> entries = new LinkedHashSet<>(job.before);
        entries.addAll(job.log.unfolded);
        entries.stream().filter(entry -> !entry.undone).forEach(entry -> state.apply(entry.journal));
        job.acknowledged.forEach(state::acknowledge);
        job.log.acknowledged.forEach(state::acknowledge);
        return state;
    }

    private void failed(Map<LogId, Job> jobs, Throwable cause) {
        reads--;
        LOG.warn("{} logs cannot be read: {}", jobs.size(), cause.toString());
        if (jobs.size() > 1 && !isOut(cause)) {
            // Perhaps the fault of one of them.
            jobs.values().forEach(job -> alone.add(job.log));
            return;
        }
        HawserException failure = new HawserException(ErrorCode.UNAVAILABLE, "MySQL: " + cause.getMessage(), cause);
        jobs.values().forEach(job -> end(job.log, failure));
    }

    private static boolean isOut(Throwable cause) {
        return cause instanceof SQLTransientException
                || cause instanceof SQLRecoverableException
                || cause instanceof SQLNonTransientConnectionException;
    }

    private void end(UserLog log, @Nullable HawserException failure) {
        ArrayDeque<Operation<?>> parked = log.parked;
        log.parked = null;
        if (failure == null) {
            meters.reconciled.increment();
            dispatcher().resume(parked);
        } else {
            dispatcher().failAll(parked, failure);
        }
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher, "wired when the lane was built");
    }

    /**
     * @param before what was not folded when the reading began
     * @param acknowledged what was acknowledged, and perhaps not in MySQL, when the reading began
     */
    private record Job(UserLog log, List<LogEntry> before, Map<String, Long> acknowledged) {}
}
