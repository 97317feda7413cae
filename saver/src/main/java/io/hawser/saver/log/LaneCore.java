package io.hawser.saver.log;

import com.google.protobuf.ByteString;
import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Folds;
import io.hawser.saver.journal.Journal;
import io.hawser.saver.journal.LogReader;
import io.hawser.saver.memory.MemoryCopy;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.WorkingCopy;
import io.hawser.saver.spool.Spool;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of a lane, wired, and what passes between them. Owned by the lane. */
final class LaneCore implements GroupCommit.Listener, RedisGate.Listener {
    static final long TICK_MILLIS = 100;
    private static final long RETRY_MILLIS = 200;
    /** A lane that has not ticked for so long does not work. */
    private static final long TICK_OVERDUE_NANOS = 5_000_000_000L;

    /** What a lane works with. Shared by all lanes of a saver. */
    record Tools(
            LaneSettings settings,
            RedisSettings redisSettings,
            RedisConnector redis,
            RedisOutages outages,
            Journal journal,
            Folds folds,
            LogReader reader,
            GenerationSource generations,
            Pusher pusher,
            @Nullable Spool spool,
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
    final Absences absences;
    final ReadFence fence;
    final Spooling spooling;
    private final LaneThread lane;
    private final Tools tools;
    private final Consumer<FencedException> onFenced;
    private volatile boolean working;
    private volatile long tickedNanos;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final LeavingSlots leaving;
    /** 0: over, or none yet. */
    private long incarnation;

    private boolean closed;

    LaneCore(int number, LaneThread lane, Executor committer, Tools tools, Consumer<FencedException> onFenced) {
        this.lane = lane;
        this.tools = tools;
        this.onFenced = onFenced;
        LaneMeters meters = tools.meters;
        LaneSettings settings = tools.settings;
        redis = new RedisGate(tools.redisSettings, tools.redis, this::standIn, tools.outages, lane, this);
        renewals =
                new Renewals(owned, redis, tools.generations, lane, tools.blocking, this::lose, this::fenced, meters);
        reconciler = new Reconciler(
                owned, tools.reader, redis, lane, tools.blocking, tools.clock, settings, meters, renewals::add);
        dispatcher =
                new Dispatcher(owned, redis, tools.clock, renewals::add, renewals::hurry, reconciler::add, this::ended);
        commits = new GroupCommit(
                tools.journal, number, lane, committer, tools.clock, settings, meters, this, this::later);
        spooling = new Spooling(tools.spool, commits, owned, lane, tools.clock, meters, settings.maxQueued());
        absences = new Absences(
                lane, settings, tools.pusher, owned, tools.clock, meters, this::refuseChange, this::accept, dispatcher);
        folder = new Folder(
                owned,
                tools.folds,
                lane,
                tools.blocking,
                tools.clock,
                settings,
                meters,
                this::fenced,
                spooling::has,
                (log, numbers) -> absences.look(log.id, numbers.mailboxes()));
        owed = new OwedLogs(lane, settings, tools.pusher, owned, tools.chance, System::nanoTime, meters, this::ended);
        fence = new ReadFence(lane, committer, tools.journal::lives, this::fenced, meters);
        leaving = new LeavingSlots(owned, folder::touched, this::given);
        renewals.dispatchTo(dispatcher);
        reconciler.dispatchTo(dispatcher);
        folder.dispatchTo(dispatcher);
    }

    private MemoryCopy standIn(String name) {
        return new MemoryCopy(
                name,
                lane,
                tools.clock,
                tools.redisSettings.memoryInstead().bytes(),
                tools.settings.maxRequestsPerLog(),
                tools.outages::dropped);
    }

    /** After each run of tasks: what they queued goes out. */
    void afterRun() {
        renewals.run();
        reconciler.run();
        redis.flush();
        commits.run();
        fence.run();
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
        fence.tick();
        folder.run(leaving.any());
        owed.run();
        spooling.tick();
        leaving.run();
        working = redis.copy() != null && !commits.out();
    }

    void begin(long newIncarnation) {
        incarnation = newIncarnation;
        commits.begin(newIncarnation);
        fence.begin(newIncarnation);
        folder.begin(newIncarnation);
    }

    /**
     * Takes slots on, with the generations that MySQL gave them.
     *
     * @throws HawserException UNAVAILABLE where no life has begun since all was dropped: nothing would be committed
     */
    void adopt(Map<Integer, Integer> generations) {
        if (isOver()) {
            throw HawserException.refusal(ErrorCode.UNAVAILABLE, "slots: the saver's life is over");
        }
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

    /** Lets slots go; done when MySQL's tables have all there is to know of them. */
    void release(Set<Integer> slots, CompletableFuture<Boolean> done) {
        if (isOver()) {
            // What was dropped is in the journal perhaps: these slots are not let go in good order.
            done.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "slots: dropped before"));
        } else {
            leaving.add(slots, done);
        }
    }

    /** Drops everything, and takes nothing on any more. */
    void close(HawserException cause) {
        closed = true;
        abandon(cause);
        commits.close();
        redis.close();
    }

    /** Drops everything: it is another's now, or nobody's, until another life begins. */
    void abandon(HawserException cause) {
        incarnation = 0;
        commits.abandon();
        spooling.abandon(cause);
        folder.abandon();
        owed.abandon();
        absences.abandon();
        renewals.abandon();
        drop(owned.slots(), cause);
        fence.abandon(cause);
        leaving.abandon(cause);
    }

    private boolean isOver() {
        return closed || incarnation == 0;
    }

    /** Why nothing that has to be committed can be taken on; null: it can. */
    @Nullable
    HawserException refuseChange() {
        if (commits.out()) {
            return HawserException.refusal(ErrorCode.UNAVAILABLE, "MySQL: no answer to the last commit");
        }
        return folder.full()
                ? HawserException.refusal(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "messages that are not folded yet: " + tools.settings.maxUnfoldedBytes())
                : null;
    }

    void accept(LogEntry entry) {
        entry.log.unfolded.add(entry);
        entry.log.uncommitted++;
        folder.accepted(entry);
        commits.add(entry);
    }

    /**
     * Lets go of what has expired in an append's log, and begins the append again. So it is where nothing was found, too:
     * another's sweep may have come first.
     */
    void sweep(Append append) {
        sweep(append, ByteString.EMPTY);
    }

    private void sweep(Append append, ByteString from) {
        Sweep sweep = new Sweep(append.log, from);
        var _ = sweep.result.whenComplete((next, failure) -> {
            if (next == null) {
                append.fail(failure instanceof HawserException cause ? cause : append.refusal(Script.FULL));
            } else if (next.isEmpty()) {
                dispatcher.begin(append);
            } else {
                sweep(append, next);
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
        fence.proven(batch.createdNanos());
        folder.committed(batch);
        for (LogEntry entry : batch.entries()) {
            if (entry.journal.hasAppended()) {
                tools.meters.appended.increment();
                tools.meters.displaced(entry.journal.getAppended().getDroppedList());
                owed.owe(entry.log, entry.journal.getAppended().getSeq());
            }
            entry.commit();
        }
    }

    @Override
    public void refused(GroupCommit.Batch batch, HawserException cause) {
        Set<UserLog> logs = batch.entries().stream().map(entry -> entry.log).collect(Collectors.toSet());
        batch.entries().forEach(entry -> undo(entry, cause));
        // What was done to these logs since rests on what is undone.
        commits.withdraw(logs).forEach(entry -> undo(entry, cause));
        for (UserLog log : logs) {
            SlotState slot = owned.slot(log.id.slot());
            if (slot != null) {
                log.undoneGeneration = slot.generation;
                renewals.add(slot);
            }
        }
    }

    @Override
    public void fenced(FencedException cause) {
        if (cause.incarnation() != incarnation) {
            // Of a life that is over already.
            return;
        }
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

    /** What was marked elsewhere, or in another life of the same server, is not known to be there. */
    @Override
    public void connected(WorkingCopy copy) {
        owned.slots().stream()
                .filter(slot -> !slot.markedIn.equals(copy.runId(slot.slot)))
                .forEach(renewals::add);
    }

    @Override
    public void lost() {
        renewals.redisLost();
    }

    private void given(List<SlotState> slots) {
        drop(slots, HawserException.refusal(ErrorCode.NOT_OWNER, "slot: given to another saver"));
    }

    /** MySQL says that the slot is not ours. */
    private void lose(SlotState slot) {
        drop(
                List.of(slot),
                HawserException.refusal(ErrorCode.NOT_OWNER, "slot " + slot.slot + ": owned by another saver"));
    }

    private void drop(List<SlotState> slots, HawserException cause) {
        List<UserLog> logs = owned.remove(slots);
        slots.forEach(renewals::remove);
        slots.forEach(slot -> dispatcher.failAll(slot.parked, cause));
        for (UserLog log : logs) {
            dispatcher.failAll(log.parked, cause);
            // An erasure that is committed has an end that is now another's to bring about.
            log.unfolded.stream()
                    .filter(entry -> !entry.committed || entry.waiter instanceof Erase)
                    .forEach(entry -> entry.fail(cause));
        }
    }

    private void later(Runnable task) {
        var _ = tools.timer.schedule(() -> lane.execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
}
