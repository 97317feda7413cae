package io.hawser.center.link;

import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkLoops;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a center says to others, all on one group of event loops.
 *
 * @param saver the link itself, for what is told once; {@code savers} repeats
 */
public record Links(
        LinkLoops loops,
        LinkClient saver,
        LinkClient register,
        LinkClient room,
        LinkClient coordinator,
        Repeats repeats,
        Savers savers,
        Lookups lookups)
        implements AutoCloseable {
    /**
     * Opens them.
     *
     * @param caller names this center to the others: "center/center-1"
     * @param members who is alive, by the name of the service
     */
    public static Links open(
            String caller,
            Function<String, Membership> members,
            LinkSettings settings,
            Supplier<RepeatSettings> repeatSettings,
            Supplier<LookupSettings> lookupSettings,
            MeterRegistry meters) {
        LinkLoops loops = LinkLoops.start("center", settings.threads());
        Function<String, LinkClient> open =
                service -> new LinkClient(caller, service, members.apply(service), settings, meters, loops);
        LinkClient saver = open.apply("saver");
        LinkClient register = open.apply("register");
        Repeats repeats = new Repeats(repeatSettings, meters);
        return new Links(
                loops,
                saver,
                register,
                open.apply("room"),
                open.apply("coordinator"),
                repeats,
                new Savers(saver, repeats),
                new Lookups(register, lookupSettings, meters));
    }

    /** Fails what waits. */
    @Override
    public void close() {
        lookups.close();
        repeats.close();
        coordinator.close();
        room.close();
        register.close();
        saver.close();
        loops.close();
    }
}
