package io.hawser.center.operation;

import io.hawser.center.access.Access;
import io.hawser.center.link.Links;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.directory.AppDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** Wires the operators' calls. */
public final class Operating {
    private Operating() {}

    /**
     * Returns the service.
     *
     * @param services that instances are told of
     * @param registrations of the live instances, by the name of the service
     */
    public static OperationsService service(
            Access access,
            Links links,
            AppDirectory directory,
            List<String> services,
            Function<String, List<Registration>> registrations,
            SecureRandom random,
            Clock clock,
            MeterRegistry meters) {
        Audit audit = new Audit(links.savers(), clock, meters);
        Entries entries = new Entries(links.savers(), directory);
        Keys keys = new Keys(entries, audit, random, clock);
        Apps apps = new Apps(entries, keys, audit, random, clock);
        TokenKeys tokenKeys = new TokenKeys(entries, audit, random, clock);
        return new OperationsService(
                access,
                audit,
                apps,
                keys,
                tokenKeys,
                new Cluster(services, registrations, links),
                new ClientCommands(links.room(), audit));
    }
}
