package io.hawser.center.platform;

import io.hawser.center.CenterConfig;
import io.hawser.keeper.Advertisement;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What a center's wiring gets, without ZooKeeper. */
public final class FakeContext implements ServiceContext<CenterConfig> {
    private static final Map<String, String> ROOM = Map.of(
            "addresses",
            "10.0.0.7:7000,10.0.0.7:7443",
            "addresses.wss",
            "rooms.example.com:443",
            "addresses.tls",
            "10.0.0.7:8443");

    private static final Instant STARTED = Instant.parse("2026-01-31T12:00:00Z");

    private final CenterConfig config;
    private final Clock clock;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Members> members = new ConcurrentHashMap<>();
    private final Map<String, BooleanSupplier> health = new ConcurrentHashMap<>();
    private volatile @Nullable Advertisement advertised;

    public FakeContext(CenterConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    public Advertisement advertised() {
        return Objects.requireNonNull(advertised);
    }

    public boolean isHealthy() {
        return health.values().stream().allMatch(BooleanSupplier::getAsBoolean);
    }

    public Members of(String service) {
        return members.computeIfAbsent(service, name -> new Members());
    }

    @Override
    public CenterConfig config() {
        return config;
    }

    @Override
    public void onConfigChange(Consumer<CenterConfig> listener) {}

    @Override
    public String name() {
        return "center-1";
    }

    @Override
    public long incarnation() {
        return 1;
    }

    @Override
    public void onReincarnation(LongConsumer listener) {}

    @Override
    public Membership members(String service) {
        return of(service);
    }

    @Override
    public List<Registration> registrations(String service) {
        return of(service).view().peers().stream()
                .map(FakeContext::registration)
                .toList();
    }

    /** A room is there for clients; no other instance is. */
    private static Registration registration(Peer peer) {
        Map<String, String> attributes = peer.service().equals("room") ? ROOM : Map.of();
        return new Registration(
                peer.service(),
                peer.name(),
                peer.host(),
                peer.port(),
                peer.zone(),
                peer.incarnation(),
                attributes,
                STARTED,
                "1.2.3");
    }

    @Override
    public void advertise(Advertisement what) {
        advertised = what;
    }

    @Override
    public MeterRegistry meters() {
        return meters;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void remark(String about, String words) {
        throw new UnsupportedOperationException("a center says nothing of itself");
    }

    @Override
    public void health(String name, BooleanSupplier ok) {
        health.put(name, ok);
    }
}
