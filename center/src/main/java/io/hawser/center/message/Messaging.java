package io.hawser.center.message;

import io.hawser.center.access.Access;
import io.hawser.center.link.Links;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.Supplier;

/** Wires the calls about messages. */
public final class Messaging {
    private Messaging() {}

    /** Returns what stores a message and pushes it. */
    public static Sends sends(Links links, Supplier<PushSettings> settings, Clock clock, MeterRegistry meters) {
        Pushes pushes = new Pushes(links, settings, new PushMeters(meters));
        return new Sends(
                new NotifyBodies(links.savers()),
                new Appender(links.savers()),
                new DeliveryWatches(links.savers()),
                pushes,
                clock);
    }

    /** Returns the service. */
    public static MessagesService service(Access access, Meter meter, Sends sends, Links links, Clock clock) {
        return new MessagesService(access, meter, sends, new Batches(sends), new Messages(links.savers()), clock);
    }
}
