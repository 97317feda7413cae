package io.hawser.saver.log;

import io.hawser.saver.journal.FencedException;
import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.WorkingCopy;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives slots their next generation: in MySQL first, many slots at once, then as markers in Redis. Operations on such a
 * slot wait. Slots for which somebody does come at once, the others little by little. Owned by the lane.
 */
final class Renewals {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);

    private static final long RETRY_NANOS = 200_000_000L;
    /** In one transaction: who begins to wait meanwhile waits for all of them. */
    static final int SLOTS_A_BATCH = 256;
    /** Until slots that nobody waits for take theirs again: in between, others have Redis, MySQL and the lane. */
    private static final long PAUSE_NANOS = 50_000_000L;

    private final OwnedLogs owned;
    private final RedisGate redis;
    private final GenerationSource source;
    private final LaneThread lane;
    private final Executor blocking;
    private final Consumer<SlotState> lost;
    private final Consumer<FencedException> fenced;
    private final LaneMeters meters;
    private final Set<SlotState> waiting = new LinkedHashSet<>();
    /** Of these, those for which somebody waits, in the order in which they began to. */
    private final Set<SlotState> urgent = new LinkedHashSet<>();
    /** Have a generation that Redis could not be told: it is still MySQL's newest, and is told again. */
    private final Set<SlotState> unmarked = new LinkedHashSet<>();
    /** Whose next generation is being taken. */
    private Set<SlotState> taking = Set.of();

    private @Nullable Dispatcher dispatcher;
    private boolean running;
    private long nextAttemptNanos = System.nanoTime();
    private long nextMarkNanos = nextAttemptNanos;
    private long nextOthersNanos = nextAttemptNanos;
    /** Slots that nobody waits for are in the batch under way, too. */
    private boolean takesOthers;
    /** Have a new generation, and the log was not told yet. */
    private int untold;

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
        unmarked.remove(slot);
        waiting.add(slot);
        if (slot.parked.stream().anyMatch(Operation::isUrgent)) {
            urgent.add(slot);
        }
    }

    /** Somebody waits for this slot. */
    void hurry(SlotState slot) {
        if (waiting.contains(slot)) {
            urgent.add(slot);
        }
    }

    /** A slot takes none any more, or is about to. */
    void remove(SlotState slot) {
        waiting.remove(slot);
        urgent.remove(slot);
        unmarked.remove(slot);
    }

    /** Starts what waits, if it can be. */
    void run() {
        WorkingCopy copy = redis.copy();
        if (copy != null && !unmarked.isEmpty() && System.nanoTime() - nextMarkNanos >= 0) {
            List<SlotState> again = List.copyOf(unmarked);
            unmarked.clear();
            mark(again);
        }
        if (running || waiting.isEmpty() || copy == null || System.nanoTime() - nextAttemptNanos < 0) {
            return;
        }
        List<SlotState> batch = takeBatch();
        if (batch.isEmpty()) {
            return;
        }
        running = true;
        taking = Set.copyOf(batch);
        List<Integer> slots = batch.stream().map(slot -> slot.slot).toList();
        // All slots of a batch are told the same: it is for people.
        String runId = copy.runId(batch.getFirst().slot);
        blocking.execute(() -> {
            try {
                Map<Integer, Integer> generations = source.next(slots, runId);
                lane.execute(() -> renewed(batch, generations));
            } catch (FencedException e) {
                lane.execute(() -> fenced(e));
            } catch (Throwable e) {
                lane.execute(() -> failed(batch, e));
            }
        });
    }

    /** Those that somebody waits for; and after a pause others, as far as there is room. */
    private List<SlotState> takeBatch() {
        long nowNanos = System.nanoTime();
        takesOthers = nowNanos - nextOthersNanos >= 0;
        Stream<SlotState> slots =
                takesOthers ? Stream.concat(urgent.stream(), waiting.stream()).distinct() : urgent.stream();
        List<SlotState> batch = slots.filter(slot -> nowNanos - slot.renewableNanos >= 0)
                .limit(SLOTS_A_BATCH)
                .toList();
        batch.forEach(this::remove);
        return batch;
    }

    /** Marks slots whose generation is known to MySQL already. */
    void mark(List<SlotState> slots) {
        WorkingCopy copy = redis.copy();
        for (SlotState slot : slots) {
            if (slot.parked == null) {
                slot.parked = new ArrayDeque<>();
            }
            if (copy == null) {
                waiting.add(slot);
            } else if (copy.standsIn() && slot.waitsForTheLease()) {
                markLater(slot);
            } else {
                slot.markedIn = copy.runId(slot.slot);
                byte[][] keys = {LogKeys.marker(slot.slot)};
                byte[][] arguments = {slot.generationText};
                boolean inRedis = !copy.standsIn();
                copy.run(Script.MARK, keys, arguments, (reply, failure) -> marked(slot, inRedis, reply, failure));
            }
        }
        redis.flush();
    }

    /** With those that are to be told again already, and no later for their sake. */
    private void markLater(SlotState slot) {
        if (unmarked.isEmpty()) {
            nextMarkNanos = System.nanoTime() + RETRY_NANOS;
        }
        unmarked.add(slot);
    }

    /** Redis is away: what waits for a slot's generation is told so, for it might be away for long. */
    void redisLost() {
        urgent.clear();
        HawserException cause = HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: connection lost");
        owned.slots().forEach(slot -> dispatcher().failAll(slot.parked, cause));
    }

    /** Forgets what waits: the slots are another's now, or this saver's in another life. */
    void abandon() {
        waiting.clear();
        urgent.clear();
        unmarked.clear();
        untold = 0;
    }

    private void fenced(FencedException cause) {
        taken();
        fenced.accept(cause);
    }

    private void taken() {
        running = false;
        taking = Set.of();
        if (takesOthers) {
            nextOthersNanos = System.nanoTime() + PAUSE_NANOS;
        }
    }

    private void renewed(List<SlotState> batch, Map<Integer, Integer> generations) {
        taken();
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
        untold += good.size();
        if (waiting.isEmpty() && untold > 0) {
            LOG.info("{} slots have a new generation", untold);
            untold = 0;
        }
        mark(good);
    }

    private void marked(SlotState slot, boolean inRedis, @Nullable Reply reply, @Nullable Throwable failure) {
        if (owned.slot(slot.slot) != slot || waiting.contains(slot) || taking.contains(slot)) {
            // Dropped, or about to have another generation.
            return;
        }
        if (reply == null) {
            markLater(slot);
            dispatcher().failAll(slot.parked, new HawserException(ErrorCode.UNAVAILABLE, "Redis: " + failure, failure));
        } else if (reply.outcome() != Script.OK) {
            // Redis was told a later one: MySQL says whose it is, and what comes after.
            waiting.add(slot);
            slot.renewableNanos = System.nanoTime() + RETRY_NANOS;
            dispatcher()
                    .failAll(
                            slot.parked,
                            HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: knows a later generation"));
        } else {
            slot.fencedInRedis |= inRedis;
            ArrayDeque<Operation<?>> parked = slot.parked;
            slot.parked = null;
            dispatcher().resume(parked);
        }
    }

    private void failed(List<SlotState> batch, Throwable cause) {
        LOG.warn("{} slots cannot take a new generation: {}", batch.size(), cause.toString());
        taken();
        nextAttemptNanos = System.nanoTime() + RETRY_NANOS;
        waiting.addAll(
                batch.stream().filter(slot -> owned.slot(slot.slot) == slot).toList());
        urgent.clear();
        // Who waits for another batch, too: that would fare no better.
        HawserException failure = new HawserException(ErrorCode.UNAVAILABLE, "MySQL: " + cause.getMessage(), cause);
        List.copyOf(waiting).forEach(slot -> dispatcher().failAll(slot.parked, failure));
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher, "wired when the lane was built");
    }
}
