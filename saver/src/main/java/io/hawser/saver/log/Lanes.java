package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.journal.Folds;
import io.hawser.saver.journal.Journal;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.journal.LogReader;
import io.hawser.saver.redis.RedisConnector;
import io.hawser.saver.redis.RedisSettings;
import io.hawser.saver.spool.Spool;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A saver's lanes: each slot belongs to one of them for good, whether the saver owns it at the moment or not. */
public final class Lanes implements AutoCloseable {
    private final List<LaneThread> threads = new ArrayList<>();
    private final List<LaneCore> cores = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<ExecutorService> committers = new ArrayList<>();
    private final ScheduledFuture<?> ticks;
    private volatile boolean closed;

    /** What lanes stand on, from outside. */
    public record Stores(
            RedisConnector redis, RedisSettings redisSettings, RedisOutages outages, DataSource database) {}

    /**
     * Starts lanes that own nothing.
     *
     * @param generations where new generations of slots come from
     * @param spool stands in for MySQL where an app is {@code available}; null: nothing does
     * @param onFenced hears, on a lane, that this saver's incarnation is dead
     * @param blocking runs what waits for MySQL, but the commits: each lane has a thread for its own, one at a time
     */
    public Lanes(
            LaneSettings settings,
            Stores stores,
            GenerationSource generations,
            Pusher pusher,
            @Nullable Spool spool,
            Clock clock,
            RandomGenerator chance,
            LaneMeters meters,
            Executor blocking,
            ScheduledExecutorService timer,
            Consumer<FencedException> onFenced) {
        LaneCore.Tools tools = new LaneCore.Tools(
                settings,
                stores.redisSettings,
                stores.redis,
                stores.outages,
                new Journal(stores.database),
                new Folds(stores.database),
                new LogReader(stores.database),
                generations,
                pusher,
                spool,
                clock,
                chance,
                meters,
                blocking,
                timer);
        for (int i = 0; i < settings.lanes(); i++) {
            LaneThread thread = new LaneThread("saver-lane-" + i);
            ExecutorService committer = committer(i);
            LaneCore core = new LaneCore(i, thread, committer, tools, onFenced);
            committers.add(committer);
            threads.add(thread);
            cores.add(core);
            lanes.add(new Lane(thread, core, settings, meters));
            thread.start(core::afterRun);
        }
        ticks = timer.scheduleWithFixedDelay(
                () -> cores.forEach(LaneCore::tickSoon), 0, LaneCore.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The lane of a slot. */
    public Lane of(int slot) {
        return lanes.get(slot % lanes.size());
    }

    /** What is committed from here on is said by this incarnation. */
    public CompletableFuture<Void> begin(long incarnation) {
        return onEach(core -> {
            core.begin(incarnation);
        });
    }

    /**
     * Takes slots on, each with the generation that MySQL gave it, and logs of theirs that are owed a push. Fails with
     * UNAVAILABLE where all was dropped since the last {@link #begin}.
     */
    public CompletableFuture<Void> adopt(Map<Integer, Integer> generations, Map<LogId, Long> owedHeads) {
        return onEach(core -> {
            Map<Integer, Integer> own = new HashMap<>();
            generations.forEach((slot, generation) -> {
                if (coreOf(slot) == core) {
                    own.put(slot, generation);
                }
            });
            core.adopt(own);
            owe(core, owedHeads);
        });
    }

    /** Takes on logs that are owed a push, as far as their slots are owned. */
    public CompletableFuture<Void> owe(Map<LogId, Long> heads) {
        return onEach(core -> owe(core, heads));
    }

    private void owe(LaneCore core, Map<LogId, Long> heads) {
        heads.forEach((id, head) -> {
            if (coreOf(id.slot()) == core && core.owned.slot(id.slot()) != null) {
                UserLog log = core.owned.log(id);
                log.owedInRow = true;
                core.owed.owe(log, head);
            }
        });
    }

    /**
     * Lets slots go; done when MySQL's tables have all there is to know of them. Fails with UNAVAILABLE where all was
     * dropped since the last {@link #begin}: then the journal may know more.
     */
    public CompletableFuture<Void> release(Set<Integer> slots) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[cores.size()];
        for (int i = 0; i < all.length; i++) {
            LaneCore core = cores.get(i);
            Set<Integer> own = new HashSet<>(slots);
            own.removeIf(slot -> coreOf(slot) != core);
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            threads.get(i).execute(() -> core.release(own, done));
            all[i] = done;
        }
        return CompletableFuture.allOf(all);
    }

    /** Drops all slots, and fails what is in hand; takes on, and lets go, nothing before another life begins. */
    public CompletableFuture<Void> abandon(String why) {
        return onEach(core -> {
            core.abandon(HawserException.refusal(ErrorCode.UNAVAILABLE, why));
        });
    }

    /** Whether MySQL, and Redis or what stands in for it, answered all lanes lately. */
    public boolean working() {
        return cores.stream().allMatch(LaneCore::working);
    }

    /** Counts logs of which MySQL's tables do not have everything yet: what is in the journal, and acknowledgements. */
    public CompletableFuture<Long> unfolded() {
        LongAdder sum = new LongAdder();
        return onEach(core -> sum.add(core.owned
                        .where(log -> log.dirty || !log.unfolded.isEmpty())
                        .size()))
                .thenApply(done -> sum.sum());
    }

    /** Counts logs that are owed a push. */
    public CompletableFuture<Long> owed() {
        LongAdder sum = new LongAdder();
        return onEach(core -> sum.add(core.owed.count())).thenApply(done -> sum.sum());
    }

    /** Fails what is in hand and ends. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ticks.cancel(false);
        onEach(core -> core.close(HawserException.refusal(ErrorCode.UNAVAILABLE, "the saver is closing")))
                .join();
        threads.forEach(LaneThread::close);
        committers.forEach(ExecutorService::shutdown);
    }

    private static ExecutorService committer(int lane) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("saver-commit-" + lane).daemon().factory());
    }

    private LaneCore coreOf(int slot) {
        return cores.get(slot % cores.size());
    }

    private CompletableFuture<Void> onEach(Consumer<LaneCore> step) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[cores.size()];
        for (int i = 0; i < all.length; i++) {
            LaneCore core = cores.get(i);
            all[i] = CompletableFuture.runAsync(() -> step.accept(core), threads.get(i));
        }
        return CompletableFuture.allOf(all);
    }
}
