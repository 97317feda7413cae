package io.hawser.center.operation;

import io.hawser.center.access.Access;
import io.hawser.center.link.Links;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** Wires the operators' calls. */
public final class Operating {
    private Operating() {}

    /**
     * Returns the service.
     *
     * @param services who is alive, by the name of the service
     */
    public static OperationsService service(
            Access access,
            Links links,
            AppDirectory directory,
            Map<String, Membership> services,
            SecureRandom random,
            Clock clock,
            MeterRegistry meters) {
        Audit audit = new Audit(links.savers(), clock, meters);
        Entries entries = new Entries(links.savers(), directory);
        Keys keys = new Keys(entries, audit, random, clock);
        Apps apps = new Apps(entries, keys, audit, random, clock);
        TokenKeys tokenKeys = new TokenKeys(entries, audit, random, clock);
        return new OperationsService(access, audit, apps, keys, tokenKeys, new Cluster(services, links));
    }
}
