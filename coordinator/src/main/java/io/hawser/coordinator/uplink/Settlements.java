package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.BuryOutboxRequest;
import io.hawser.rpc.v1.Deferral;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the store what became of items, many in one request, and repeats it until it was taken. What is not taken yet counts
 * as held, and so is bounded with it. For the owner alone.
 */
final class Settlements {
    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    private static final int MAX_BATCH = 1_000;
    private static final int GATHER_MS = 5;
    private static final int FIRST_BACKOFF_MS = 100;
    private static final int MAX_BACKOFF_MS = 5_000;

    private final OutboxStore store;
    private final OwnerLoop loop;
    private final ForwardMeters meters;
    /** By id; what to do once it is out of the store. */
    private final Map<Long, Runnable> settled = new LinkedHashMap<>();

    private final Map<Long, Deferral> deferred = new LinkedHashMap<>();
    private boolean settling;
    private boolean deferring;
    private int underWay;

    Settlements(OutboxStore store, OwnerLoop loop, ForwardMeters meters) {
        this.store = store;
        this.loop = loop;
        this.meters = meters;
    }

    void settle(long id, Runnable then) {
        settled.put(id, then);
        if (!settling) {
            settling = true;
            loop.after(GATHER_MS, () -> flushSettled(FIRST_BACKOFF_MS));
        }
    }

    /** A later one of the same item takes an earlier one's place. */
    void defer(Deferral item) {
        deferred.put(item.getId(), item);
        if (!deferring) {
            deferring = true;
            loop.after(GATHER_MS, () -> flushDeferred(FIRST_BACKOFF_MS));
        }
    }

    void bury(BuryOutboxRequest letter, String app, Runnable then) {
        deferred.remove(letter.getId());
        underWay++;
        repeat(() -> store.bury(letter, app), FIRST_BACKOFF_MS, then);
    }

    /** Nothing waits to be told. */
    boolean isIdle() {
        return settled.isEmpty() && deferred.isEmpty() && underWay == 0;
    }

    private void flushSettled(int backoffMs) {
        List<Long> ids = settled.keySet().stream().limit(MAX_BATCH).toList();
        if (ids.isEmpty()) {
            settling = false;
            return;
        }
        var _ = store.settle(ids)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        tellFailure(failure);
                        loop.after(backoffMs, () -> flushSettled(longer(backoffMs)));
                        return;
                    }
                    ids.forEach(this::isSettled);
                    flushSettled(FIRST_BACKOFF_MS);
                }));
    }

    private void isSettled(Long id) {
        Runnable then = settled.remove(id);
        if (then != null) {
            then.run();
        }
    }

    private void flushDeferred(int backoffMs) {
        List<Deferral> items = deferred.values().stream().limit(MAX_BATCH).toList();
        if (items.isEmpty()) {
            deferring = false;
            return;
        }
        var _ = store.defer(items)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        tellFailure(failure);
                        loop.after(backoffMs, () -> flushDeferred(longer(backoffMs)));
                        return;
                    }
                    items.forEach(item -> deferred.remove(item.getId(), item));
                    flushDeferred(FIRST_BACKOFF_MS);
                }));
    }

    private void repeat(Supplier<CompletableFuture<?>> call, int backoffMs, Runnable then) {
        var _ = call.get()
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        tellFailure(failure);
                        loop.after(backoffMs, () -> repeat(call, longer(backoffMs), then));
                    } else {
                        underWay--;
                        then.run();
                    }
                }));
    }

    private void tellFailure(Throwable failure) {
        meters.storeFailures.increment();
        LOG.debug("The outbox did not take what became of items; repeated", failure);
    }

    private static int longer(int backoffMs) {
        return Math.min(MAX_BACKOFF_MS, 2 * backoffMs);
    }
}
