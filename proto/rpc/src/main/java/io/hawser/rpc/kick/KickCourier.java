package io.hawser.rpc.kick;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.Location;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
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
    private final Map<RoomKicks.Life, RoomKicks> byRoom = new HashMap<>();
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
     * was taken by whom it is for, or the life of the room is over. Fails with UNAVAILABLE where the room does not answer,
     * and with FAILED_PRECONDITION where it does, but does not take this one yet; so
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
        asking.forEach(asker -> asker.answer.completeExceptionally(KickInHand.stopped()));
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
            present.listen(asker, refusal(byRoom.get(life(present)), present));
            return;
        }
        KickInHand fresh = new KickInHand(key, kick, System.nanoTime());
        inHand.put(key, fresh);
        RoomKicks room = byRoom.computeIfAbsent(life(fresh), RoomKicks::new);
        room.add(fresh);
        proceed(room);
        fresh.listen(asker, refusal(room, fresh));
    }

    /** What whoever asks after it is told at once; null: they hear of an attempt soon. */
    private static @Nullable HawserException refusal(@Nullable RoomKicks room, KickInHand kick) {
        if (kick.isResting()) {
            return KickInHand.notYet("the room does not take it yet", null);
        }
        return kick.isUnderWay() || room == null || !room.isSilent() ? null : KickInHand.silence(null);
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
            metrics.delivered.increment();
            room.answered(kick);
            forget(room, kick);
            proceed(room);
        } else if (gone(room.life).test(kick)) {
            giveUp(room, kick);
        } else if (isSilence(failure)) {
            waitForRoom(room, kick, failure);
        } else {
            rest(room, kick, failure);
        }
    }

    /** Whether nobody has said anything, rather than that the kick is for later. */
    private static boolean isSilence(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HawserException told
                && (told.code() == ErrorCode.UNAVAILABLE || told.code() == ErrorCode.DEADLINE_EXCEEDED);
    }

    private void giveUp(RoomKicks room, KickInHand kick) {
        metrics.gone.increment();
        boolean toProbe = room.givenUp(kick);
        forget(room, kick);
        giveUpWhatIsGone(room);
        if (toProbe) {
            probeLater(room);
        }
    }

    private void waitForRoom(RoomKicks room, KickInHand kick, Throwable failure) {
        log.debug("Kick of {} waits for its room", kick.key, failure);
        metrics.repeated.increment();
        kick.notAnswered(failure);
        if (room.notAnswered(kick)) {
            HawserException refusal = KickInHand.silence(failure);
            room.forEachWaiting(other -> other.refuse(refusal));
            probeLater(room);
        }
    }

    private void rest(RoomKicks room, KickInHand kick, Throwable failure) {
        log.debug("Kick of {} has to be repeated", kick.key, failure);
        metrics.repeated.increment();
        kick.rests(failure);
        room.rests(kick);
        var _ = owner.schedule(() -> resume(room, kick), settings.backoffMs(kick.countRest()), TimeUnit.MILLISECONDS);
        proceed(room);
    }

    private void resume(RoomKicks room, KickInHand kick) {
        kick.returns();
        room.returns(kick);
        proceed(room);
    }

    private void probeLater(RoomKicks room) {
        var _ = owner.schedule(() -> probe(room), settings.backoffMs(room.countFailure()), TimeUnit.MILLISECONDS);
    }

    private void probe(RoomKicks room) {
        giveUpWhatIsGone(room);
        KickInHand kick = room.probe();
        if (kick != null) {
            attempt(room, kick);
        }
    }

    private void giveUpWhatIsGone(RoomKicks room) {
        for (KickInHand kick : room.removeIf(gone(room.life))) {
            metrics.gone.increment();
            forget(room, kick);
        }
    }

    private void forget(RoomKicks room, KickInHand kick) {
        inHand.remove(kick.key);
        kick.confirmed();
        taken.decrementAndGet();
        if (room.isEmpty()) {
            byRoom.remove(room.life, room);
        }
        tellIfEmpty();
    }

    private void tellIfEmpty() {
        if (inHand.isEmpty()) {
            whenEmpty.forEach(waiting -> waiting.complete(true));
            whenEmpty.clear();
        }
    }

    /** Of the kicks for a life of a room, those that nobody will ever take. */
    private Predicate<KickInHand> gone(RoomKicks.Life life) {
        for (Peer room : rooms.view().peers()) {
            if (room.name().equals(life.room())) {
                // A lower one in view: the kick is of a life that the view has yet to see.
                boolean isOver = room.incarnation() > life.incarnation();
                return kick -> isOver;
            }
        }
        long nowNanos = System.nanoTime();
        long afterNanos = settings.roomGoneAfter().toNanos();
        return kick -> nowNanos - kick.sinceNanos > afterNanos;
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

    private static RoomKicks.Life life(KickInHand kick) {
        Location location = kick.key.location();
        return new RoomKicks.Life(location.getRoom(), location.getRoomIncarnation());
    }
}
