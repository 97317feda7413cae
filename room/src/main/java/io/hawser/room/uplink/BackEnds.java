package io.hawser.room.uplink;

import io.hawser.room.connection.Apps;
import io.hawser.room.connection.Host;
import io.hawser.room.connection.Uplinks;
import io.hawser.rpc.event.EventSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The apps' back ends, as a room reaches them: by the coordinators. */
public final class BackEnds {
    private final UplinkCarrier carrier;
    private final EventSink events;
    private final Apps apps;
    private final Supplier<UplinkConfig> config;
    private final IntSupplier maxFrameBytes;
    private final UplinkMeters meters;

    /**
     * @param events where it is told what became of bindings and messages
     * @param config asked before each use
     * @param maxFrameBytes largest frame of a client that is bound; asked before each use
     */
    public BackEnds(
            UplinkCarrier carrier,
            EventSink events,
            Apps apps,
            Supplier<UplinkConfig> config,
            IntSupplier maxFrameBytes,
            MeterRegistry meters) {
        this.carrier = carrier;
        this.events = events;
        this.apps = apps;
        this.config = config;
        this.maxFrameBytes = maxFrameBytes;
        this.meters = new UplinkMeters(meters);
    }

    /** Serves one event loop. */
    public Uplinks of(Host host) {
        return new LoopUplinks(
                new UplinkLoop(host, carrier, config, meters), new BindingEvents(host, events), apps, maxFrameBytes);
    }
}
