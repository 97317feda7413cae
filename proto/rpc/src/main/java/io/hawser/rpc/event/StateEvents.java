package io.hawser.rpc.event;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** State events, told to the coordinators that own their slots. */
public final class StateEvents implements EventSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateEvents.class);

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
    public boolean isBusy() {
        return courier.isBusy();
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
