package io.hawser.saver.log;

import com.google.protobuf.ByteString;
import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Folds;
import io.hawser.saver.journal.Journal;
import io.hawser.saver.journal.LogReader;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.redis.Script;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The parts of a lane, wired, and what passes between them. Owned by the lane. */
final class LaneCore implements GroupCommit.Listener {
    static final long TICK_MILLIS = 100;
    private static final long RETRY_MILLIS = 200;
    /** A lane that has not ticked for so long does not work. */
    private static final long TICK_OVERDUE_NANOS = 5_000_000_000L;

    /** What a lane works with. Shared by all lanes of a saver. */
    record Tools(
            LaneSettings settings,
            RedisSettings redisSettings,
            RedisConnector redis,
            Journal journal,
            Folds folds,
            LogReader reader,
            GenerationSource generations,
            Pusher pusher,
            Clock clock,
            RandomGenerator chance,
            LaneMeters meters,
            Executor blocking,
            ScheduledExecutorService timer) {}

    final OwnedLogs owned = new OwnedLogs();
    final RedisGate redis;
    final Renewals renewals;
    final Reconciler reconciler;
    final Dispatcher dispatcher;
    final GroupCommit commits;
    final Folder folder;
    final OwedLogs owed;
    private final LaneThread lane;
    private final Tools tools;
    private final Consumer<FencedException> onFenced;
    private volatile boolean working;
    private volatile long tickedNanos;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final List<Leaving> leaving = new ArrayList<>();

    private record Leaving(Set<Integer> slots, CompletableFuture<Boolean> done) {}

    LaneCore(int number, LaneThread lane, Executor committer, Tools tools, Consumer<FencedException> onFenced) {
        this.lane = lane;
        this.tools = tools;
        this.onFenced = onFenced;
        LaneMeters meters = tools.meters;
        LaneSettings settings = tools.settings;
        redis = new RedisGate(tools.redis, tools.redisSettings, lane, this::connected);
        renewals =
                new Renewals(owned, redis, tools.generations, lane, tools.blocking, this::lose, this::fenced, meters);
        reconciler = new Reconciler(
                owned, tools.reader, redis, lane, tools.blocking, tools.clock, settings, meters, renewals::add);
        dispatcher = new Dispatcher(owned, redis, tools.clock, renewals::add, reconciler::add, this::ended);
        commits = new GroupCommit(
                tools.journal, number, lane, committer, tools.clock, settings, meters, this, this::later);
        folder = new Folder(owned, tools.folds, lane, tools.blocking, tools.clock, settings, meters, this::fenced);
        owed = new OwedLogs(lane, settings, tools.pusher, owned, tools.chance, meters, this::ended);
        renewals.dispatchTo(dispatcher);
        reconciler.dispatchTo(dispatcher);
        folder.dispatchTo(dispatcher);
    }

    /** After each run of tasks: what they queued goes out. */
    void afterRun() {
        renewals.run();
        reconciler.run();
        redis.flush();
        commits.run();
    }

    /** Called from the timer: has the lane tick, if the last one is done. */
    void tickSoon() {
        if (ticking.compareAndSet(false, true)) {
            lane.execute(this::tick);
        }
    }

    /** As of the last tick, which is not long ago; asked from any thread. */
    boolean working() {
        return working && System.nanoTime() - tickedNanos < TICK_OVERDUE_NANOS;
    }

    private void tick() {
        ticking.set(false);
        tickedNanos = System.nanoTime();
        redis.tick();
        folder.run(!leaving.isEmpty());
        owed.run();
        leaving.removeIf(this::hasLeft);
        working = redis.pipe() != null && !commits.out();
    }

    void begin(long incarnation) {
        commits.begin(incarnation);
        folder.begin(incarnation);
    }

    /** Takes slots on, with the generations that MySQL gave them. */
    void adopt(Map<Integer, Integer> generations) {
        List<SlotState> taken = new ArrayList<>(generations.size());
        generations.forEach((slot, generation) -> {
            SlotState state = owned.slot(slot);
            if (state == null) {
                state = new SlotState(slot, generation);
                owned.add(state);
            } else {
                // Taken before, in an attempt that failed later: what waits for it goes on waiting.
                state.setGeneration(generation);
                state.leaving = false;
            }
            taken.add(state);
        });
        renewals.mark(taken);
    }

    /** Lets slots go: takes nothing new for them, and is done when MySQL's tables have all there is to know of them. */
    void release(Set<Integer> slots, CompletableFuture<Boolean> done) {
        for (int slot : slots) {
            SlotState state = owned.slot(slot);
            if (state != null) {
                state.leaving = true;
            }
        }
        for (UserLog log : owned.where(each -> slots.contains(each.id.slot()))) {
            if (log.owedSeq != 0 && !log.owedInRow) {
                log.changed();
                folder.touched(log);
            }
        }
        leaving.add(new Leaving(Set.copyOf(slots), done));
    }

    /** Drops everything: it is another's now, or nobody's. */
    void abandon(HawserException cause) {
        commits.abandon();
        folder.abandon();
        owed.abandon();
        renewals.abandon();
        drop(owned.slots(), cause);
        leaving.forEach(leave -> leave.done.completeExceptionally(cause));
        leaving.clear();
    }

    void accept(LogEntry entry) {
        entry.log.unfolded.add(entry);
        entry.log.uncommitted++;
        folder.accepted(entry);
        commits.add(entry);
    }

    /** Begins an append again if its log holds less than it was refused for. */
    void sweep(Append append) {
        sweep(append, ByteString.EMPTY);
    }

    private void sweep(Append append, ByteString from) {
        Sweep sweep = new Sweep(append.log, from);
        var _ = sweep.result.whenComplete((portion, failure) -> {
            if (portion != null && !portion.next().isEmpty()) {
                sweep(append, portion.next());
            } else if (portion != null && portion.less()) {
                dispatcher.begin(append);
            } else {
                append.fail(failure instanceof HawserException cause ? cause : append.refusal(Script.FULL));
            }
        });
        dispatcher.begin(sweep);
    }

    /** After anything that an operation may have changed in a log. */
    void ended(UserLog log) {
        folder.touched(log);
        owed.touched(log);
        owned.forgetIfIdle(log);
    }

    @Override
    public void committed(GroupCommit.Batch batch) {
        folder.committed(batch);
        for (LogEntry entry : batch.entries()) {
            if (entry.journal.hasAppended()) {
                tools.meters.appended.increment();
                owed.owe(entry.log, entry.journal.getAppended().getSeq());
            }
            entry.commit();
        }
    }

    @Override
    public void refused(GroupCommit.Batch batch, HawserException cause) {
        for (LogEntry entry : batch.entries()) {
            undo(entry, cause);
            SlotState slot = owned.slot(entry.log.id.slot());
            if (slot != null) {
                renewals.add(slot);
            }
        }
    }

    @Override
    public void fenced(FencedException cause) {
        abandon(new HawserException(ErrorCode.UNAVAILABLE, "the saver's life is over: outcome unknown", cause));
        onFenced.accept(cause);
    }

    private void undo(LogEntry entry, HawserException cause) {
        entry.undone = true;
        entry.log.unfolded.remove(entry);
        entry.log.uncommitted--;
        folder.undone(entry);
        if (entry.waiter instanceof Append append) {
            owned.forget(append);
        }
        entry.fail(cause);
    }

    private void connected(boolean sameRedis) {
        if (!sameRedis) {
            owned.slots().forEach(renewals::add);
        }
    }

    /** MySQL says that the slot is not ours. */
    private void lose(SlotState slot) {
        drop(
                List.of(slot),
                HawserException.refusal(ErrorCode.NOT_OWNER, "slot " + slot.slot + ": owned by another saver"));
    }

    private void drop(List<SlotState> slots, HawserException cause) {
        List<UserLog> logs = owned.remove(slots);
        slots.forEach(slot -> dispatcher.failAll(slot.parked, cause));
        for (UserLog log : logs) {
            dispatcher.failAll(log.parked, cause);
            log.unfolded.stream().filter(entry -> !entry.committed).forEach(entry -> entry.fail(cause));
        }
    }

    private boolean hasLeft(Leaving leave) {
        Set<Integer> busy = new HashSet<>();
        for (UserLog log : owned.logs()) {
            if (log.inUse > 0 || log.dirty || !log.unfolded.isEmpty() || log.parked != null) {
                busy.add(log.id.slot());
            }
        }
        for (int number : leave.slots) {
            SlotState slot = owned.slot(number);
            if (slot != null && (busy.contains(number) || slot.changing > 0)) {
                return false;
            }
        }
        List<SlotState> gone =
                leave.slots.stream().map(owned::slot).filter(Objects::nonNull).toList();
        drop(gone, HawserException.refusal(ErrorCode.NOT_OWNER, "slot: given to another saver"));
        leave.done.complete(true);
        return true;
    }

    private void later(Runnable task) {
        var _ = tools.timer.schedule(() -> lane.execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
}
