package io.hawser.keeper;

import io.hawser.keeper.registry.Discovery;
import io.hawser.keeper.registry.Identity;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The context that a host gives to its service. */
final class HostContext<C extends Record> implements ServiceContext<C> {
    private final String service;
    private final Optional<Path> dataDirectory;
    private final LiveConfig<C> config;
    private final Identity identity;
    private final Discovery discovery;
    private final Health health;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Remarks remarks;
    private volatile boolean listedWhileDraining;

    HostContext(
            HostSettings settings,
            LiveConfig<C> config,
            Identity identity,
            Discovery discovery,
            Health health,
            Remarks remarks,
            MeterRegistry meters,
            Clock clock) {
        this.service = settings.service();
        this.dataDirectory = Optional.ofNullable(settings.dataDirectory());
        this.config = config;
        this.identity = identity;
        this.discovery = discovery;
        this.health = health;
        this.remarks = remarks;
        this.meters = meters;
        this.clock = clock;
    }

    /** Returns whether the service asked to be seen by others while it drains. */
    boolean listedWhileDraining() {
        return listedWhileDraining;
    }

    @Override
    public C config() {
        return config.current();
    }

    @Override
    public void onConfigChange(Consumer<C> listener) {
        config.onChange(listener);
    }

    @Override
    public String name() {
        return identity.name();
    }

    @Override
    public Optional<Path> dataDirectory() {
        return dataDirectory;
    }

    @Override
    public long incarnation() {
        return identity.incarnation();
    }

    @Override
    public void onReincarnation(LongConsumer listener) {
        identity.onReincarnation(listener);
    }

    @Override
    public Membership members(String of) {
        return discovery.members(of);
    }

    @Override
    public List<Registration> registrations(String of) {
        return discovery.registrations(of);
    }

    @Override
    public void advertise(Advertisement what) {
        Instant startedAt = clock.instant();
        listedWhileDraining = what.listedWhileDraining();
        identity.announce(incarnation -> new Registration(
                service,
                identity.name(),
                what.host(),
                what.port(),
                what.zone(),
                incarnation,
                what.attributes(),
                startedAt,
                BuildVersion.current()));
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
        remarks.say(about, words);
    }

    @Override
    public void health(String name, BooleanSupplier ok) {
        health.require(name, ok);
    }
}
