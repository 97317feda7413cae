package io.hawser.center.message;

import io.hawser.center.access.Access;
import io.hawser.center.link.Links;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.Supplier;

/** Wires the calls about messages. */
public final class Messaging {
    private Messaging() {}

    /**
     * Returns the service.
     *
     * @param centers who else grants apps their sends
     */
    public static MessagesService service(
            Access access,
            Links links,
            Membership centers,
            Supplier<PushSettings> settings,
            Clock clock,
            MeterRegistry meters) {
        Pushes pushes = new Pushes(links, settings, new PushMeters(meters));
        Sends sends = new Sends(new NotifyBodies(links.savers()), new Appender(links.savers()), pushes, clock);
        return new MessagesService(
                access, new Meter(centers, meters), sends, new Batches(sends), new Messages(links.savers()), clock);
    }
}
