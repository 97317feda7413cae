package io.hawser.keeper.registry;

import io.hawser.keeper.zookeeper.KeeperLoop;
import io.hawser.keeper.zookeeper.ZooKeeperSession;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/** One process's part of the keeper, for tests: a session and a loop of its own. */
final class Registry implements AutoCloseable {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KeeperLoop loop = new KeeperLoop("test", meters);
    private final ZooKeeperSession session;

    Registry(String connect) {
        session = ZooKeeperSession.open(ZooKeeperSettings.of(connect), loop, meters);
    }

    CuratorFramework client() {
        return session.client();
    }

    boolean connected() {
        return session.connected();
    }

    /** Returns how many tasks and listeners threw so far. */
    double failures() {
        return meters.counter("hawser.keeper.failures").count();
    }

    Identity establish(String service, @Nullable String name) throws Exception {
        return Identity.establish(session, loop, service, name, null, Duration.ZERO, meters);
    }

    Identity establish(String service, @Nullable String name, Path data) throws Exception {
        return Identity.establish(session, loop, service, name, data, Duration.ZERO, meters);
    }

    Identity establish(String service, String name, Duration patience) throws Exception {
        return Identity.establish(session, loop, service, name, null, patience, meters);
    }

    ZooKeeperMembership follow(String service, DiscoverySettings settings, Probe probe) {
        ZooKeeperMembership membership =
                new ZooKeeperMembership(service, session, loop, settings, probe, System::nanoTime, meters);
        loop.call(() -> {
            membership.start();
            return null;
        });
        return membership;
    }

    static Registration registration(String service, String name, int port, long incarnation) {
        return new Registration(
                service,
                name,
                "127.0.0.1",
                port,
                "east",
                incarnation,
                Map.of("clients", "127.0.0.1:5000"),
                Instant.parse("2026-01-02T03:04:05Z"),
                "test");
    }

    @Override
    public void close() {
        session.close();
        loop.close();
    }
}
