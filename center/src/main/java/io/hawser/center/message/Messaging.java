package io.hawser.center.message;

import io.hawser.center.access.Access;
import io.hawser.center.link.Lookups;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** Wires the calls about messages. */
public final class Messaging {
    private Messaging() {}

    /**
     * @param savers to append, ask and recall
     * @param settle the link of the savers, for what is told once
     * @param centers who else grants apps their sends
     */
    public static MessagesService service(
            Access access,
            Savers savers,
            LinkClient settle,
            LinkClient rooms,
            Lookups lookups,
            Repeats repeats,
            Membership centers,
            PushSettings settings,
            Clock clock,
            MeterRegistry meters) {
        Pushes pushes = new Pushes(lookups, rooms, settle, repeats, settings, new PushMeters(meters));
        Sends sends = new Sends(new Appender(savers), pushes, clock);
        return new MessagesService(
                access, new Meter(centers, meters), sends, new Batches(sends), new Messages(savers), clock);
    }
}
