package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The memberships that a host follows, one a service, each read when it is first asked for. */
public final class Discovery {
    private final ZooKeeperSession session;
    private final KeeperLoop loop;
    private final DiscoverySettings settings;
    private final Probe probe;
    private final MeterRegistry meters;
    private final Map<String, ZooKeeperMembership> followed = new HashMap<>();

    public Discovery(ZooKeeperSession session, KeeperLoop loop, DiscoverySettings settings, MeterRegistry meters) {
        this(session, loop, settings, new TcpProbe(settings.probeTimeout(), settings.probeTries()), meters);
    }

    Discovery(
            ZooKeeperSession session, KeeperLoop loop, DiscoverySettings settings, Probe probe, MeterRegistry meters) {
        this.session = session;
        this.loop = loop;
        this.settings = settings;
        this.probe = probe;
        this.meters = meters;
    }

    public Membership members(String service) {
        return follow(service);
    }

    /** Returns what the instances in the present view say of themselves, sorted by name. */
    public List<Registration> registrations(String service) {
        return follow(service).registrations();
    }

    private ZooKeeperMembership follow(String service) {
        return loop.call(() -> followed.computeIfAbsent(service, this::begin));
    }

    private ZooKeeperMembership begin(String service) {
        ZooKeeperMembership membership =
                new ZooKeeperMembership(service, session, loop, settings, probe, System::nanoTime, meters);
        membership.start();
        return membership;
    }
}
