package io.hawser.saver.log;

import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.ServerErrors;
import io.hawser.saver.redis.WorkingCopy;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends operations to Redis, or to what stands in for it, and decides what an answer means: that it is done; that the slot's generation is not good
 * any more (STALE); that the log has to be reconciled first (UNKNOWN); or that nobody knows, which costs the slot its
 * generation where the operation may have changed something. Owned by the lane.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final OwnedLogs owned;
    private final RedisGate redis;
    private final Clock clock;
    private final Consumer<SlotState> renew;
    private final Consumer<SlotState> hurry;
    private final Consumer<UserLog> reconcile;
    private final Consumer<UserLog> ended;

    /**
     * @param renew has a slot take its next generation, if it is not about to
     * @param hurry hears of a slot whose next generation somebody waits for
     * @param reconcile has a log reconciled, if it is not being
     * @param ended hears of a log that an operation has done with
     */
    Dispatcher(
            OwnedLogs owned,
            RedisGate redis,
            Clock clock,
            Consumer<SlotState> renew,
            Consumer<SlotState> hurry,
            Consumer<UserLog> reconcile,
            Consumer<UserLog> ended) {
        this.owned = owned;
        this.redis = redis;
        this.clock = clock;
        this.renew = renew;
        this.hurry = hurry;
        this.reconcile = reconcile;
        this.ended = ended;
    }

    /** Takes a new operation on. */
    void begin(Operation<?> operation) {
        operation.log.inUse++;
        submit(operation);
    }

    /** Sends an operation, or has it wait for what it needs. */
    void submit(Operation<?> operation) {
        SlotState slot = owned.slot(operation.log.id.slot());
        WorkingCopy copy = redis.copy();
        if (slot == null) {
            fail(operation, notOwner(operation.log));
        } else if (copy == null) {
            fail(operation, HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: no connection"));
        } else if (copy.standsIn() && operation.meansRedis()) {
            fail(
                    operation,
                    HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: away, with what it holds of the user"));
        } else if (slot.parked != null) {
            slot.parked.add(operation);
            if (operation.isUrgent()) {
                hurry.accept(slot);
            }
        } else if (operation.log.parked != null) {
            operation.log.parked.add(operation);
        } else if (redis.full()) {
            fail(operation, HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "Redis: too many commands queued"));
        } else {
            send(operation, slot, copy);
        }
    }

    void resume(@Nullable ArrayDeque<Operation<?>> parked) {
        if (parked != null) {
            parked.forEach(this::submit);
        }
    }

    void failAll(@Nullable ArrayDeque<Operation<?>> parked, HawserException cause) {
        if (parked != null) {
            List<Operation<?>> all = List.copyOf(parked);
            parked.clear();
            all.forEach(operation -> fail(operation, cause));
        }
    }

    static HawserException notOwner(UserLog log) {
        return HawserException.refusal(ErrorCode.NOT_OWNER, "slot " + log.id.slot() + ": owned by another saver");
    }

    private void send(Operation<?> operation, SlotState slot, WorkingCopy copy) {
        int generation = slot.generation;
        if (operation.changes()) {
            slot.changing++;
        }
        operation.withoutRedis = copy.standsIn();
        copy.run(
                operation.script(),
                operation.keys(),
                operation.arguments(slot.generationText, clock.millis()),
                (reply, failure) -> answered(operation, slot, generation, reply, failure));
    }

    private void answered(
            Operation<?> operation,
            SlotState slot,
            int generation,
            @Nullable Reply reply,
            @Nullable Throwable failure) {
        if (operation.changes()) {
            slot.changing--;
        }
        if (owned.slot(slot.slot) != slot) {
            fail(operation, notOwner(operation.log));
        } else if (reply == null) {
            failed(operation, slot, failure);
        } else if (reply.outcome() == Script.STALE) {
            if (generation == slot.generation) {
                renew.accept(slot);
            }
            submit(operation);
        } else if (reply.outcome() == Script.UNKNOWN) {
            if (generation == slot.generation && slot.parked == null) {
                reconcile.accept(operation.log);
            }
            submit(operation);
        } else if (slot.parked != null && !operation.changes()) {
            // The generation is being given up, perhaps with messages that this answer shows: ask again in the next.
            submit(operation);
        } else if (generation <= operation.log.undoneGeneration) {
            fail(
                    operation,
                    HawserException.refusal(ErrorCode.UNAVAILABLE, "MySQL: refused what was done to the log before"));
        } else {
            take(operation, slot, reply);
        }
    }

    private void take(Operation<?> operation, SlotState slot, Reply reply) {
        try {
            operation.answered(reply);
        } catch (Throwable e) {
            // Redis has done it, and the lane may not know.
            LOG.error("An answer of Redis cannot be taken", e);
            if (operation.changes()) {
                renew.accept(slot);
            }
            operation.fail(new HawserException(ErrorCode.UNAVAILABLE, "Redis: answer lost: " + e, e));
        }
        end(operation);
    }

    private void failed(Operation<?> operation, SlotState slot, @Nullable Throwable failure) {
        String cause = failure == null ? "" : String.valueOf(failure.getMessage());
        if (operation.changes() && !ServerErrors.hadNoEffect(failure)) {
            renew.accept(slot);
        }
        fail(operation, new HawserException(ErrorCode.UNAVAILABLE, "Redis: " + cause, failure));
    }

    private void fail(Operation<?> operation, HawserException cause) {
        operation.fail(cause);
        end(operation);
    }

    private void end(Operation<?> operation) {
        operation.log.inUse--;
        ended.accept(operation.log);
    }
}
