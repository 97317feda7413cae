package io.hawser.register;

import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.HandOverReply;
import io.hawser.rpc.v1.HandOverRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the new owners of slots what this register held of them, one parcel of each lane at a time (R4): where a register
 * joins or drains, they need not wait until all rooms have told them. What cannot be told in time is left to the rooms.
 */
final class HandOver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);
    private static final int SLOTS_AT_ONCE = 64;
    private static final Duration LOOK_AROUND = Duration.ofSeconds(1);
    private static final Duration DRAIN_POLL = Duration.ofMillis(10);

    /** Takes parcels to registers. */
    interface Carrier {
        /** Completes on any thread; fails with a {@link io.hawser.wire.HawserException}. */
        CompletableFuture<HandOverReply> carry(Peer to, HandOverRequest request);

        /** Of registers that left, those that did so as long ago have nothing to say any more. */
        void endAfter(Duration within);
    }

    private final Lanes lanes;
    private final Carrier carrier;
    private final Supplier<HandOverSettings> settings;
    private final List<LaneParcels> ofLanes;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("register-hand-over").daemon().factory());

    HandOver(Lanes lanes, Carrier carrier, Supplier<HandOverSettings> settings) {
        this.lanes = lanes;
        this.carrier = carrier;
        this.settings = settings;
        this.ofLanes = IntStream.range(0, lanes.count())
                .mapToObj(lane -> new LaneParcels(lanes.lane(lane)))
                .toList();
        var _ = timer.scheduleWithFixedDelay(
                this::lookAround, LOOK_AROUND.toMillis(), LOOK_AROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Slots may have become others'. */
    void begin() {
        ofLanes.forEach(LaneParcels::begin);
    }

    private void lookAround() {
        Duration within = settings.get().within();
        for (int lane = 0; lane < lanes.count(); lane++) {
            lanes.lane(lane).tell(sessions -> sessions.endHandOvers(within.toNanos()));
        }
        carrier.endAfter(within);
        begin();
    }

    /** Waits until no slot is this register's any more, and their owners have been told. */
    void drain(Duration atMost) {
        long deadlineNanos = System.nanoTime()
                + Math.min(atMost.toNanos(), settings.get().within().toNanos());
        try {
            while (System.nanoTime() - deadlineNanos < 0 && !hasHandedOver(deadlineNanos)) {
                Thread.sleep(DRAIN_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasHandedOver(long deadlineNanos) {
        return IntStream.range(0, lanes.count())
                .mapToObj(lane -> lanes.lane(lane).ask(LaneSessions::hasHandedOver))
                .toList()
                .stream()
                .allMatch(done -> done.completeOnTimeout(false, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)
                        .exceptionally(_ -> false)
                        .join());
    }

    /** What is under way ends as it may. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** The parcels of a lane, one after the other. */
    private final class LaneParcels {
        private final Lane lane;
        private final AtomicBoolean underWay = new AtomicBoolean();
        /** Begins again after a pause. One is enough. */
        private final AtomicReference<@Nullable ScheduledFuture<?>> wake = new AtomicReference<>();

        LaneParcels(Lane lane) {
            this.lane = lane;
        }

        void begin() {
            if (underWay.compareAndSet(false, true)) {
                next();
            }
        }

        private void next() {
            var _ = lane.ask(sessions ->
                            Next.of(sessions.leaving(), settings.get().sessionsAtOnce()))
                    .whenComplete((next, failure) -> {
                        Leaving.Parcel parcel = next == null ? null : next.parcel;
                        if (parcel == null) {
                            pause(next == null ? null : next.pauseNanos);
                        } else {
                            carry(parcel);
                        }
                    });
        }

        private void carry(Leaving.Parcel parcel) {
            var _ = carrier.carry(parcel.to(), parcel.request()).whenComplete((reply, failure) -> {
                if (reply == null) {
                    log.debug("{} was not told", parcel.to(), failure);
                }
                taken(parcel, reply == null ? parcel.slots() : reply.getRefusedSlotsList());
            });
        }

        private void taken(Leaving.Parcel parcel, List<Integer> refused) {
            lane.tell(sessions -> sessions.leaving().taken(parcel, refused));
            next();
        }

        /** Whoever is to be told next does not want to be now: another view may change that, or time. */
        private void pause(@Nullable Long nanos) {
            underWay.set(false);
            if (nanos == null) {
                return;
            }
            try {
                ScheduledFuture<?> before = wake.getAndSet(timer.schedule(this::begin, nanos, TimeUnit.NANOSECONDS));
                if (before != null) {
                    before.cancel(false);
                }
            } catch (RejectedExecutionException e) {
                log.trace("Closed meanwhile", e);
            }
        }
    }

    /**
     * What is to be carried next.
     *
     * @param parcel null: nothing, for now
     * @param pauseNanos until there is something; null: nothing is left
     */
    private record Next(
            Leaving.@Nullable Parcel parcel, @Nullable Long pauseNanos) {
        static Next of(Leaving leaving, int sessionsAtOnce) {
            Leaving.Parcel parcel = leaving.next(sessionsAtOnce, SLOTS_AT_ONCE);
            return new Next(parcel, parcel == null ? leaving.pauseNanos() : null);
        }
    }
}
