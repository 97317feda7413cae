package io.hawser.rpc.event;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** State events, told to the coordinators that own their slots. */
public final class StateEvents implements EventSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateEvents.class);

    private static final long LOOK_MILLIS = 20;

    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state-events").daemon().factory());
    private final EventMeters meters;
    private final WantedEvents wanted;
    private final EventCourier courier;

    /** Begins to ask what is wanted; {@code coordinators} is not closed with this. Settings are asked before each use. */
    public StateEvents(LinkClient coordinators, Supplier<EventSettings> settings, MeterRegistry meters) {
        this(new LinkedCoordinators(coordinators), settings, meters);
    }

    StateEvents(Coordinators coordinators, Supplier<EventSettings> settings, MeterRegistry meters) {
        this.meters = new EventMeters(meters);
        this.wanted = new WantedEvents(coordinators, settings, owner, this.meters);
        this.courier = new EventCourier(coordinators, settings, owner, this.meters);
        Gauge.builder("hawser.events.waiting", courier, EventCourier::waiting).register(meters);
        wanted.start();
    }

    @Override
    public boolean wants(String app, EventKind kind) {
        return wanted.wants(app, kind);
    }

    @Override
    public void tell(StateEvent event) {
        courier.tell(event);
    }

    @Override
    public boolean isAsked() {
        return wanted.isAsked();
    }

    @Override
    public boolean anyoneWantsPresence() {
        return wanted.anyoneWantsPresence();
    }

    @Override
    public long missed(int slot) {
        return courier.lost(slot) + wanted.presenceBegun();
    }

    @Override
    public boolean isBusy() {
        return courier.isBusy();
    }

    /**
     * Waits until nothing waits to be taken.
     *
     * @return whether that came to be within {@code atMost}
     */
    public boolean drain(Duration atMost) {
        CompletableFuture<Void> empty = new CompletableFuture<>();
        var looking = owner.scheduleWithFixedDelay(() -> completeIfEmpty(empty), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        try {
            empty.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            LOG.info("{} events were not taken within {}", courier.waiting(), atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed with success", e);
        } finally {
            looking.cancel(false);
        }
        return false;
    }

    private void completeIfEmpty(CompletableFuture<Void> empty) {
        if (courier.waiting() == 0) {
            empty.complete(null);
        }
    }

    /** Stops; what still waits is given up and counted. */
    @Override
    public void close() {
        if (owner.isShutdown()) {
            return;
        }
        owner.shutdownNow();
        int lost = courier.waiting();
        meters.abandoned.increment(lost);
        if (lost > 0) {
            LOG.warn("Stopped with {} events that no coordinator has taken", lost);
        }
    }
}
