package io.hawser.rpc.event;

import io.hawser.rpc.backoff.Backoff;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events to the coordinators that own their slots, in batches, and repeats each until it was taken.
 *
 * <p>Slots share lanes, and a lane has one batch under way: so the events of an endpoint arrive in order, and what comes
 * while one is under way goes with the next. A coordinator that is away holds up the lanes that have events for it until
 * the view gives its slots to another; whoever tells events never waits.
 */
final class EventCourier {
    static final int LANES = 16;

    private static final Logger LOG = LoggerFactory.getLogger(EventCourier.class);

    private final Coordinators coordinators;
    private final Supplier<EventSettings> settings;
    private final ScheduledExecutorService owner;
    private final EventMeters meters;
    private final List<Lane> lanes =
            IntStream.range(0, LANES).mapToObj(number -> new Lane()).toList();

    EventCourier(
            Coordinators coordinators,
            Supplier<EventSettings> settings,
            ScheduledExecutorService owner,
            EventMeters meters) {
        this.coordinators = coordinators;
        this.settings = settings;
        this.owner = owner;
        this.meters = meters;
    }

    /** Takes an event over; where too many wait, the oldest of an app that has more than its share is dropped. */
    void tell(StateEvent event) {
        Lane lane = lanes.get(Slot.of(event.getApp(), event.getUser()) % LANES);
        StateEvent gone = lane.queue.add(event, settings.get().maxWaiting() / LANES);
        if (gone != null) {
            meters.dropped.increment();
            lane.lose(List.of(gone));
        }
        lane.wake();
    }

    /** How often ONLINE or OFFLINE of the slot, or of one that shares its lane, was lost, or may be. */
    long lost(int slot) {
        return lanes.get(slot % LANES).lost.get();
    }

    /** Events that wait or are under way. */
    int waiting() {
        return lanes.stream()
                .mapToInt(lane -> lane.queue.size() + lane.underWay)
                .sum();
    }

    /** More than half of the places are taken. */
    boolean isBusy() {
        return waiting() > settings.get().maxWaiting() / 2;
    }

    private void onOwner(Runnable task, long delayMs) {
        try {
            var _ = owner.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("The courier of events has stopped", e);
        }
    }

    /** What came of one coordinator's part of a batch. */
    private record Told(
            List<StateEvent> events, int refused, @Nullable Throwable failure) {}

    /** Some slots' events. All but {@code wake} and {@code lose} is for the owner. */
    private final class Lane {
        private final EventQueue queue = new EventQueue();
        /** From the first event until nothing is left to send. */
        private final AtomicBoolean busy = new AtomicBoolean();

        private final AtomicLong lost = new AtomicLong();
        private volatile int underWay;
        private int failures;

        void wake() {
            if (busy.compareAndSet(false, true)) {
                onOwner(this::send, 0);
            }
        }

        private void send() {
            List<StateEvent> batch = queue.take(settings.get().maxBatch());
            if (batch.isEmpty()) {
                rest();
                return;
            }
            underWay = batch.size();
            try {
                tell(batch);
            } catch (RuntimeException | Error fault) {
                countFault(fault);
                goOn(batch);
            }
        }

        private void tell(List<StateEvent> batch) {
            Map<String, List<StateEvent>> byOwner = batch.stream()
                    .collect(Collectors.groupingBy(
                            event -> coordinators.owner(Slot.of(event.getApp(), event.getUser()))));
            List<CompletableFuture<Told>> told = byOwner.entrySet().stream()
                    .map(part -> tell(part.getKey(), part.getValue()))
                    .toList();
            var _ = CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
                    .whenComplete((nothing, never) -> onOwner(
                            () -> settle(
                                    told.stream().map(CompletableFuture::join).toList()),
                            0));
        }

        private void rest() {
            busy.set(false);
            if (queue.size() > 0) {
                wake();
            }
        }

        private CompletableFuture<Told> tell(String coordinator, List<StateEvent> events) {
            return answer(coordinator, events)
                    .handle((refused, failure) -> new Told(events, refused == null ? 0 : refused, failure));
        }

        private CompletableFuture<Integer> answer(String coordinator, List<StateEvent> events) {
            if (coordinator.isEmpty()) {
                return CompletableFuture.failedFuture(
                        HawserException.refusal(ErrorCode.UNAVAILABLE, "coordinator: none is alive"));
            }
            try {
                return coordinators.tell(coordinator, events, settings.get().timeout());
            } catch (RuntimeException | Error fault) {
                countFault(fault);
                return CompletableFuture.failedFuture(fault);
            }
        }

        /** The order within an endpoint is kept: all of its events had one owner, and are back at the head together. */
        private void settle(List<Told> parts) {
            List<StateEvent> again = new ArrayList<>();
            parts.forEach(part -> settle(part.events, part.refused, part.failure, again));
            goOn(again);
        }

        private void settle(List<StateEvent> events, int refused, @Nullable Throwable failure, List<StateEvent> again) {
            if (failure == null) {
                meters.told.increment(events.size() - (double) refused);
                meters.refused.increment(refused);
                lose(refused > 0 ? events : List.of());
            } else if (isFinal(failure)) {
                meters.rejected.increment(events.size());
                LOG.warn("{} events were rejected", events.size(), failure);
                lose(events);
            } else {
                meters.repeated.increment(events.size());
                LOG.debug("{} events have to be told again", events.size(), failure);
                again.addAll(events);
            }
        }

        /** Of others than ONLINE and OFFLINE nobody waits for the next. */
        private void lose(List<StateEvent> events) {
            if (events.stream().anyMatch(Presence::is)) {
                lost.incrementAndGet();
            }
        }

        /** Goes on with what comes next, these being the first of it. */
        private void goOn(List<StateEvent> again) {
            queue.putBack(again);
            underWay = 0;
            failures = again.isEmpty() ? 0 : failures + 1;
            onOwner(this::send, again.isEmpty() ? 0 : backoffMs());
        }

        private void countFault(Throwable fault) {
            meters.faults.increment();
            LOG.error("Events are told again after a fault", fault);
        }

        private long backoffMs() {
            EventSettings now = settings.get();
            return new Backoff(now.firstBackoff(), now.maxBackoff()).ms(failures - 1);
        }
    }

    private static boolean isFinal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof HawserException refusal && refusal.code() == ErrorCode.INVALID_ARGUMENT;
    }
}
