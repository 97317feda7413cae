package io.hawser.room.pull;

import io.hawser.room.connection.Host;
import io.hawser.room.connection.Pulls;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Brings bodies to clients. */
public final class PulledBodies {
    private final Bodies bodies;
    private final Supplier<PullConfig> config;
    private final PullMeters meters;

    /** @param config asked before each use */
    public PulledBodies(Bodies bodies, Supplier<PullConfig> config, MeterRegistry meters) {
        this.bodies = bodies;
        this.config = config;
        this.meters = new PullMeters(meters);
    }

    /** Serves one event loop. */
    public Pulls of(Host host) {
        return new LoopPulls(host, bodies, config, meters);
    }
}
