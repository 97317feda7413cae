package io.hawser.rpc.kick;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries kicks and repeats each until it was taken, or the life of the room it is for is over.
 *
 * <p>A kick is known by (user, location, stamp): given again while it is in hand, it is carried once. What is in hand belongs
 * to one thread; attempts are futures, so that a room that does not answer holds up no other, and is asked by one kick
 * after each back-off, however many there are for it.
 */
public final class KickCourier implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KickCourier.class);

    private final Delivery delivery;
    private final Membership rooms;
    private final CourierMetrics metrics;
    private final Map<KickInHand.Key, KickInHand> inHand = new HashMap<>();
    private final Map<Life, RoomKicks> byRoom = new HashMap<>();
    private final List<CompletableFuture<Boolean>> whenEmpty = new ArrayList<>();
    private final Set<Asker> asking = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger();
    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("kick-courier").daemon().factory());
    private volatile CourierSettings settings;

    /** One attempt: completes when the kick need not be repeated. */
    public interface Delivery {
        CompletableFuture<?> deliver(Kick kick, Duration timeout);
    }

    public KickCourier(CourierSettings settings, Delivery delivery, Membership rooms, MeterRegistry meters) {
        this.settings = settings;
        this.delivery = delivery;
        this.rooms = rooms;
        this.metrics = new CourierMetrics(meters);
        Gauge.builder("hawser.kicks.in.hand", taken, AtomicInteger::get).register(meters);
    }

    /** Goes by other settings from now on; what is in hand stays in hand, even beyond a lower limit. */
    public void configure(CourierSettings changed) {
        settings = changed;
    }

    /**
     * Takes a kick over; it is carried from now on, until this courier is closed.
     *
     * @throws HawserException RESOURCE_EXHAUSTED where as many are in hand as may be; UNAVAILABLE when closed
     */
    public void carry(Kick kick) {
        take(kick, new CompletableFuture<>());
    }

    /**
     * Takes a kick over as {@link #carry} does, and tells what comes of the attempt under way: completes when the kick
     * was taken by whom it is for, or the life of the room is over. Fails with UNAVAILABLE when that attempt failed; so
     * nobody waits longer than one attempt takes. It is carried on all the same, and whoever gives it again hears of the
     * next attempt, in place of the one who asked before.
     *
     * @throws HawserException as {@link #carry} does
     */
    public CompletableFuture<Void> confirm(Kick kick) {
        Asker asker = new Asker(new CompletableFuture<>());
        asking.add(asker);
        var _ = asker.answer.whenComplete((confirmed, failure) -> asking.remove(asker));
        try {
            take(kick, asker.answer);
        } catch (HawserException refusal) {
            asker.answer.completeExceptionally(refusal);
            throw refusal;
        }
        return asker.answer;
    }

    /**
     * Waits until nothing is in hand.
     *
     * @return whether that came to be within {@code atMost}
     */
    public boolean drain(Duration atMost) {
        CompletableFuture<Boolean> empty = new CompletableFuture<>();
        onOwner(() -> {
            whenEmpty.add(empty);
            tellIfEmpty();
        });
        try {
            return empty.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.info("{} kicks are not confirmed after {}", taken.get(), atMost);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops. What is in hand is given up and counted; those who asked after it are told, and have to see to it. */
    @Override
    public void close() {
        if (owner.isShutdown()) {
            return;
        }
        owner.shutdownNow();
        asking.forEach(
                asker -> asker.answer.completeExceptionally(KickInHand.notConfirmed("the courier has stopped", null)));
        int lost = taken.get();
        metrics.abandoned.increment(lost);
        if (lost > 0) {
            log.warn("Stopped with {} kicks that no one confirmed", lost);
        }
    }

    private void take(Kick kick, CompletableFuture<Void> asker) {
        int max = settings.maxInHand();
        if (taken.incrementAndGet() > max) {
            taken.decrementAndGet();
            metrics.rejected.increment();
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, "kicks: " + max + " in hand (expected: fewer); try again later");
        }
        try {
            owner.execute(() -> begin(kick, asker));
        } catch (RejectedExecutionException e) {
            taken.decrementAndGet();
            throw new HawserException(ErrorCode.UNAVAILABLE, "kicks: the courier has stopped", e);
        }
    }

    private void begin(Kick kick, CompletableFuture<Void> asker) {
        KickInHand.Key key = KickInHand.Key.of(kick.getSession());
        KickInHand present = inHand.get(key);
        if (present != null) {
            taken.decrementAndGet();
            present.listen(asker);
            return;
        }
        KickInHand fresh = new KickInHand(key, kick, System.nanoTime());
        inHand.put(key, fresh);
        RoomKicks room = byRoom.computeIfAbsent(Life.of(fresh), life -> new RoomKicks());
        room.add(fresh);
        proceed(room);
        fresh.listen(asker);
    }

    /** Attempts what may be attempted. */
    private void proceed(RoomKicks room) {
        for (KickInHand next = room.next(); next != null; next = room.next()) {
            attempt(room, next);
        }
    }

    private void attempt(RoomKicks room, KickInHand kick) {
        kick.attemptBegins();
        CompletableFuture<?> answer;
        try {
            answer = delivery.deliver(kick.kick, settings.attemptTimeout());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var _ = answer.whenComplete((taken, failure) -> onOwner(() -> settle(room, kick, failure)));
    }

    private void settle(RoomKicks room, KickInHand kick, @Nullable Throwable failure) {
        if (failure == null) {
            over(room, kick, metrics.delivered);
        } else if (isGone(kick)) {
            giveUpWhatIsGone(room);
            over(room, kick, metrics.gone);
        } else {
            putOff(room, kick, failure);
        }
    }

    private void over(RoomKicks room, KickInHand kick, Counter outcome) {
        outcome.increment();
        room.answered(kick);
        forget(kick);
        proceed(room);
        forgetIfEmpty(kick, room);
    }

    private void putOff(RoomKicks room, KickInHand kick, Throwable failure) {
        log.debug("Kick of {} has to be repeated", kick.key, failure);
        metrics.repeated.increment();
        kick.attemptFailed(failure);
        if (room.failed(kick)) {
            var _ = owner.schedule(() -> probe(room), room.backoffMs(settings), TimeUnit.MILLISECONDS);
        }
    }

    private void probe(RoomKicks room) {
        giveUpWhatIsGone(room);
        KickInHand kick = room.probe();
        if (kick != null) {
            attempt(room, kick);
        }
    }

    private void giveUpWhatIsGone(RoomKicks room) {
        for (KickInHand kick : room.removeIf(this::isGone)) {
            metrics.gone.increment();
            forget(kick);
            forgetIfEmpty(kick, room);
        }
    }

    private void forget(KickInHand kick) {
        inHand.remove(kick.key);
        kick.confirmed();
        taken.decrementAndGet();
        tellIfEmpty();
    }

    private void forgetIfEmpty(KickInHand last, RoomKicks room) {
        if (room.isEmpty()) {
            byRoom.remove(Life.of(last), room);
        }
    }

    private void tellIfEmpty() {
        if (inHand.isEmpty()) {
            whenEmpty.forEach(waiting -> waiting.complete(true));
            whenEmpty.clear();
        }
    }

    private boolean isGone(KickInHand kick) {
        for (Peer room : rooms.view().peers()) {
            if (room.name().equals(kick.key.location().getRoom())) {
                // A lower one in view: the kick is of a life that the view has yet to see.
                return room.incarnation() > kick.key.location().getRoomIncarnation();
            }
        }
        return System.nanoTime() - kick.sinceNanos > settings.roomGoneAfter().toNanos();
    }

    /** Answers come on threads of the link, even after the courier has stopped: then they change nothing. */
    private void onOwner(Runnable task) {
        try {
            owner.execute(task);
        } catch (RejectedExecutionException e) {
            log.trace("An answer came after the courier had stopped", e);
        }
    }

    private record Asker(CompletableFuture<Void> answer) {}

    /** From a room's start to its end. */
    private record Life(String room, long incarnation) {
        static Life of(KickInHand kick) {
            Location location = kick.key.location();
            return new Life(location.getRoom(), location.getRoomIncarnation());
        }
    }
}
