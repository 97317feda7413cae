package io.hawser.center.operation;

import io.hawser.center.access.Access;
import io.hawser.center.link.Savers;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** Wires the operators' calls. */
public final class Operating {
    private Operating() {}

    /**
     * @param services who is alive, by the name of the service
     * @param rooms asked for totals, as {@code registers} and {@code saverLink} are
     */
    public static OperationsService service(
            Access access,
            Savers savers,
            AppDirectory directory,
            Map<String, Membership> services,
            LinkClient rooms,
            LinkClient registers,
            LinkClient saverLink,
            SecureRandom random,
            Clock clock,
            MeterRegistry meters) {
        Audit audit = new Audit(savers, clock, meters);
        Entries entries = new Entries(savers, directory);
        Keys keys = new Keys(entries, audit, random, clock);
        Apps apps = new Apps(entries, keys, audit, random, clock);
        return new OperationsService(access, audit, apps, keys, new Cluster(services, rooms, registers, saverLink));
    }
}
