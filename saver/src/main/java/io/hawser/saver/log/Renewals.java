package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.RedisPipe;
import io.hawser.saver.redis.Script;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives slots their next generation: in MySQL first, many slots at once, then as markers in Redis. Operations on such a
 * slot wait. Owned by the lane.
 */
final class Renewals {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);

    private static final long RETRY_NANOS = 200_000_000L;

    private final OwnedLogs owned;
    private final RedisGate redis;
    private final GenerationSource source;
    private final LaneThread lane;
    private final Executor blocking;
    private final Consumer<SlotState> lost;
    private final Consumer<FencedException> fenced;
    private final LaneMeters meters;
    private final Set<SlotState> waiting = new LinkedHashSet<>();
    private @Nullable Dispatcher dispatcher;
    private boolean running;
    private long nextAttemptNanos = System.nanoTime();

    Renewals(
            OwnedLogs owned,
            RedisGate redis,
            GenerationSource source,
            LaneThread lane,
            Executor blocking,
            Consumer<SlotState> lost,
            Consumer<FencedException> fenced,
            LaneMeters meters) {
        this.owned = owned;
        this.redis = redis;
        this.source = source;
        this.lane = lane;
        this.blocking = blocking;
        this.lost = lost;
        this.fenced = fenced;
        this.meters = meters;
    }

    void dispatchTo(Dispatcher to) {
        this.dispatcher = to;
    }

    /** Has a slot take its next generation. */
    void add(SlotState slot) {
        if (slot.parked == null) {
            slot.parked = new ArrayDeque<>();
        }
        waiting.add(slot);
    }

    /** Starts what waits, if it can be. */
    void run() {
        RedisPipe pipe = redis.pipe();
        if (running || waiting.isEmpty() || pipe == null || System.nanoTime() - nextAttemptNanos < 0) {
            return;
        }
        running = true;
        List<SlotState> batch = List.copyOf(waiting);
        waiting.clear();
        List<Integer> slots = batch.stream().map(slot -> slot.slot).toList();
        String runId = pipe.runId();
        blocking.execute(() -> {
            try {
                Map<Integer, Integer> generations = source.next(slots, runId);
                lane.execute(() -> renewed(batch, generations));
            } catch (FencedException e) {
                lane.execute(() -> fenced.accept(e));
            } catch (SQLException | RuntimeException e) {
                lane.execute(() -> failed(batch, e));
            }
        });
    }

    /** Marks slots whose generation is known to MySQL already. */
    void mark(List<SlotState> slots) {
        RedisPipe pipe = redis.pipe();
        for (SlotState slot : slots) {
            if (slot.parked == null) {
                slot.parked = new ArrayDeque<>();
            }
            if (pipe == null) {
                waiting.add(slot);
            } else {
                byte[][] keys = {LogKeys.marker(slot.slot)};
                byte[][] arguments = {slot.generationText};
                pipe.run(
                        Script.MARK,
                        keys,
                        arguments,
                        (reply, failure) -> marked(slot, reply != null && reply.outcome() == Script.OK));
            }
        }
        redis.flush();
    }

    private void renewed(List<SlotState> batch, Map<Integer, Integer> generations) {
        running = false;
        List<SlotState> good = new ArrayList<>(batch.size());
        for (SlotState slot : batch) {
            Integer generation = generations.get(slot.slot);
            if (owned.slot(slot.slot) != slot) {
                continue;
            }
            if (generation == null) {
                lost.accept(slot);
            } else {
                slot.setGeneration(generation);
                good.add(slot);
            }
        }
        meters.generations.increment(good.size());
        LOG.info("{} slots have a new generation", good.size());
        mark(good);
    }

    private void marked(SlotState slot, boolean done) {
        if (owned.slot(slot.slot) != slot) {
            return;
        }
        if (!done) {
            waiting.add(slot);
        } else if (!waiting.contains(slot)) {
            ArrayDeque<Operation<?>> parked = slot.parked;
            slot.parked = null;
            dispatcher().resume(parked);
        }
    }

    private void failed(List<SlotState> batch, Exception cause) {
        LOG.warn("{} slots cannot take a new generation: {}", batch.size(), cause.toString());
        running = false;
        nextAttemptNanos = System.nanoTime() + RETRY_NANOS;
        waiting.addAll(
                batch.stream().filter(slot -> owned.slot(slot.slot) == slot).toList());
        HawserException failure = new HawserException(ErrorCode.UNAVAILABLE, "MySQL: " + cause.getMessage(), cause);
        batch.forEach(slot -> dispatcher().failAll(slot.parked, failure));
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher, "wired when the lane was built");
    }
}
